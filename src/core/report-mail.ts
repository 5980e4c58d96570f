import type { ComposedMail, SendResult } from './mail.js';

/** A report to be mailed. */
export interface ReportMail {
  /** Names it for ever: 1 to 60 characters of a-z and 0-9. */
  readonly id: string;
  readonly to: readonly string[];
  /** Of our own words and numbers alone. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** When it was made, which is its `Date`. */
  readonly at: Date;
}

/** How reports leave: behind everything that tells of alerts. */
export interface ReportTransport {
  /** Before when nothing may leave; a moment that is past where there is room. */
  roomAt(): Date;
  compose(mail: ReportMail): ComposedMail;
  /**
   * Hands over a mail for some of its recipients, as `Transport.send` does, by the first account that can; From and
   * envelope sender are those of the account that sends. Throws a `Fault` when none can.
   */
  send(
    mail: ComposedMail,
    recipients: readonly string[],
    signal: AbortSignal,
    record: (result: SendResult) => Promise<void>,
  ): Promise<SendResult>;
}
