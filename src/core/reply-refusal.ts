/**
 * The kinds of refusal of a reply.
 *
 * - `own`: our own mail, or from our own address.
 * - `automatic`: sent by software.
 * - `sender`: not exactly one sender.
 * - `forwarded`: handed on by somebody.
 * - `old`: dated long before the mail that it answers, or that mail is too old.
 * - `replayed`: the same reply once more, under another Message-ID.
 * - `stranger`: the sender may not acknowledge.
 * - `unauthenticated`: nothing shows that the sender sent it.
 * - `flood`: too many of one sender.
 * - `asked`: its author was asked often enough what was meant.
 * - `bounce`: a report of a mail server that cannot be read, or names nobody.
 * - `malformed`: it is no whole mail.
 */
export const replyRefusals = [
  ...['own', 'automatic', 'sender', 'forwarded', 'old', 'replayed'],
  ...['stranger', 'unauthenticated', 'flood', 'asked', 'bounce', 'malformed'],
] as const;

/** A kind of refusal. */
export type ReplyRefusal = (typeof replyRefusals)[number];
