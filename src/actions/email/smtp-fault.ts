import type { Account } from '../../core/account.js';
import { describe, Fault } from '../../core/fault.js';
import { type ClassifiedReply, classifyReply } from '../../core/refusals/classify-reply.js';
import { withoutCredentials } from '../../core/without-credentials.js';
import { replyFacts } from './reply-facts.js';

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

/**
 * Turns what nodemailer threw into a Fault.
 *
 * What a reply means stands in the table of refusals: one that passes is SMTP_DEFERRED wherever it came; any other is
 * SMTP_LOGIN_REFUSED for the login, SMTP_SENDER_REFUSED for the sender or for whatever the account sends, and
 * SMTP_REJECTED for the message. No reply at all is SMTP_UNREACHABLE, or SMTP_TLS. A Fault of the token source passes
 * through as itself. Where the wait is known, `facts.retryAfterMs` has it, and `facts.about` whom the reply is about
 * beyond this mail. `loginRemedy` is for a login that is refused without saying why.
 */
export function smtpFault(thrown: unknown, account: Account, loginRemedy: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const error: SmtpError = typeof thrown === 'object' && thrown !== null ? thrown : {};
  if (error.cause instanceof Fault) return error.cause;

  const facts = replyFacts(account);
  const reply = replyLine(error);
  const meaning = replyMeaning(error);
  const told = isLogin(error) ? withoutCredentials(error.response ?? describe(thrown), account) : reply;
  const refused = { ...replyFacts(account, meaning), reply: told ?? describe(thrown) };

  if (isLogin(error)) {
    if (isTransientReply(error)) return new Fault('SMTP_DEFERRED', refused, thrown);
    const remedy = meaning?.credential ? loginRemedy : (meaning?.remedy ?? loginRemedy);
    return new Fault('SMTP_LOGIN_REFUSED', { ...refused, remedy }, thrown);
  }
  if (isTls(error)) return new Fault('SMTP_TLS', { ...facts, detail: describe(thrown) }, thrown);
  if (reply === undefined || isBeforeLogin(error)) {
    if (reply?.startsWith('4')) return new Fault('SMTP_DEFERRED', refused, thrown);
    return new Fault('SMTP_UNREACHABLE', { ...facts, detail: reply ?? describe(thrown) }, thrown);
  }
  if (isTransientReply(error)) return new Fault('SMTP_DEFERRED', refused, thrown);
  const isSender = error.command === 'MAIL FROM' || meaning?.about === 'account';
  return new Fault(isSender ? 'SMTP_SENDER_REFUSED' : 'SMTP_REJECTED', refused, thrown);
}

/** The reply of the server on one line, at most 300 characters; undefined when it gave none. */
export function replyLine(error: SmtpError): string | undefined {
  return error.response === undefined ? undefined : describe(error.response);
}

/** What the reply of the server means; undefined when it gave none, or none that can be read. */
export function replyMeaning(error: SmtpError): ClassifiedReply | undefined {
  if (error.response === undefined) return undefined;
  return classifyReply('smtp', error.response, isLogin(error) ? 'login' : 'mail');
}

/** Whether the same may be taken later; what is no reply of a mail server counts as passing. */
export function isTransientReply(error: SmtpError): boolean {
  if (error.response === undefined) return false;
  return (replyMeaning(error)?.class ?? 'transient') === 'transient';
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
