/** A failure of the command itself that is no `Fault`: what happened, and what to do. */
export class CommandError extends Error {
  readonly remedy: string | undefined;
  /** 1 for a failure, 2 when the command was called in a way that cannot work. */
  readonly exitCode: 1 | 2;

  constructor(message: string, remedy?: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.name = 'CommandError';
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}
