import type { Account } from '../../core/account.js';
import { describe, Fault } from '../../core/fault.js';

/** What an error of nodemailer carries beyond a message; every part may be missing. */
export interface SmtpError {
  readonly code?: string | undefined;
  /** The reply of the server, all its lines. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly command?: string | undefined;
  readonly timeoutType?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly recipient?: string | undefined;
  readonly rejectedErrors?: readonly SmtpError[] | undefined;
  readonly cause?: unknown;
}

const dayMs = 24 * 3_600_000;

/** Replies of the 5xx kind that time mends all the same, and after how long (Exchange Online, Gmail). */
const slowReplies: readonly { readonly text: RegExp; readonly retryAfterMs: number }[] = [
  { text: /SubmissionQuotaExceeded/i, retryAfterMs: dayMs / 24 },
  { text: /\b5\.7\.233\b/, retryAfterMs: dayMs / 24 },
  { text: /\b5\.4\.5\b/, retryAfterMs: dayMs / 24 },
];

/**
 * Turns what nodemailer threw into a Fault.
 *
 * A reply of the 4xx kind (RFC 5321 section 4.2.1) is SMTP_DEFERRED wherever it came; of the 5xx kind it is
 * SMTP_LOGIN_REFUSED for the login and SMTP_REJECTED for the sender or the message. No reply at all is
 * SMTP_UNREACHABLE, or SMTP_TLS. A Fault of the token source passes through as itself. Where the wait is
 * known, `facts.retryAfterMs` has it.
 */
export function smtpFault(thrown: unknown, account: Account, loginRemedy: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const error: SmtpError = typeof thrown === 'object' && thrown !== null ? thrown : {};
  if (error.cause instanceof Fault) return error.cause;

  const facts = { account: account.name, host: account.smtp?.host ?? '', port: account.smtp?.port ?? 0 };
  const reply = replyLine(error);
  const refused = () => ({ ...facts, reply: reply ?? describe(thrown) });

  if (isLogin(error)) {
    if (isTransientReply(error)) return new Fault('SMTP_DEFERRED', refused(), thrown);
    return new Fault('SMTP_LOGIN_REFUSED', { ...refused(), remedy: loginRemedy }, thrown);
  }
  if (isTls(error)) return new Fault('SMTP_TLS', { ...facts, detail: describe(thrown) }, thrown);
  if (reply === undefined || isBeforeLogin(error)) {
    if (reply?.startsWith('4')) return new Fault('SMTP_DEFERRED', refused(), thrown);
    return new Fault('SMTP_UNREACHABLE', { ...facts, detail: reply ?? describe(thrown) }, thrown);
  }
  const slow = slowReplies.find(({ text }) => text.test(reply));
  if (slow) return new Fault('SMTP_DEFERRED', { ...refused(), retryAfterMs: slow.retryAfterMs }, thrown);
  return new Fault(isTransientReply(error) ? 'SMTP_DEFERRED' : 'SMTP_REJECTED', refused(), thrown);
}

/** The reply of the server on one line, at most 300 characters; undefined when it gave none. */
export function replyLine(error: SmtpError): string | undefined {
  return error.response === undefined ? undefined : describe(error.response);
}

/**
 * Whether the same may be taken later: 4xx, the 503 of a session that lost its step, the 552 that means
 * "too many recipients" (RFC 5321 section 4.5.3.1.10), and the quotas that pass.
 */
export function isTransientReply(error: SmtpError): boolean {
  const code = error.responseCode ?? 0;
  const reply = error.response ?? '';
  if (code < 500) return error.response !== undefined;
  if (code === 503) return error.code !== 'EAUTH';
  if (code === 552) return /too many recipients/i.test(reply);
  return slowReplies.some(({ text }) => text.test(reply));
}

/** A login that was refused, also one that was asked for only at the envelope (530, RFC 4954 section 6). */
function isLogin(error: SmtpError): boolean {
  return error.code === 'EAUTH' || error.code === 'ENOAUTH' || error.responseCode === 530;
}

function isTls(error: SmtpError): boolean {
  if (error.code === 'ETLS' || error.timeoutType === 'UPGRADE_TIMEOUT') return true;
  return /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO$)/.test(error.originalCode ?? '');
}

/** The greeting or EHLO: what is refused there is the connection and not a mail. */
function isBeforeLogin(error: SmtpError): boolean {
  return error.code === 'EPROTOCOL' || error.command === 'CONN' || error.command === 'EHLO';
}
