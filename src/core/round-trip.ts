/** One of the two mails of a round trip: the probe, or the answer to it. */
export interface RoundTripMail {
  /** Names the round trip: 13 characters of a-z and 0-9. */
  readonly id: string;
  /** The name of the account that sends it. */
  readonly account: string;
  /** One line. */
  readonly text: string;
  /** For the answer: the Message-ID and the References of the probe as it was read, with their angle brackets. */
  readonly answers?: { readonly messageId: string; readonly references: readonly string[] };
}

/** Sends a mail of a round trip to the watched mailbox, and answers where to. Throws a `Fault` when it did not leave. */
export type SendRoundTripMail = (mail: RoundTripMail, signal: AbortSignal) => Promise<string>;
