/** A question was broken off: by Ctrl-C or Ctrl-D, or by a signal. */
export class Cancelled extends Error {
  /** 130, or 143 for SIGTERM. */
  readonly exitCode: 130 | 143;

  constructor(exitCode: 130 | 143 = 130) {
    super('Broken off.');
    this.name = 'Cancelled';
    this.exitCode = exitCode;
  }
}
