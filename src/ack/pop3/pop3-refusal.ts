/** What a server refused: an `-ERR`, with the reason that it gave before it where there was one. */
export class Pop3Refusal extends Error {
  override readonly name = 'Pop3Refusal';
  /** Which command it is about. */
  readonly command: string;
  /** The text of the reply, with its response code (RFC 2449 section 8). */
  readonly reply: string;

  constructor(command: string, reply: string) {
    super(`${command}: ${reply}`);
    this.command = command;
    this.reply = reply;
  }
}
