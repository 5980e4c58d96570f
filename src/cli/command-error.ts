/** A failure of the command itself that is no `Fault`: what happened, and what to do. */
export class CommandError extends Error {
  /** `COMMAND_FAILED`, or `COMMAND_WRONG` for a call that cannot work. */
  readonly code: 'COMMAND_FAILED' | 'COMMAND_WRONG';
  readonly remedy: string;
  /** 1 for a failure, 2 when the command was called in a way that cannot work. */
  readonly exitCode: 1 | 2;

  constructor(message: string, remedy: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.name = 'CommandError';
    this.code = exitCode === 2 ? 'COMMAND_WRONG' : 'COMMAND_FAILED';
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}
