import { z } from 'zod';
import type { Account } from '../../core/account.js';
import { describe, Fault } from '../../core/fault.js';
import { classifyReply } from '../../core/refusals/classify-reply.js';
import { withoutCredentials } from '../../core/without-credentials.js';
import type { MailboxTrouble } from './mailbox-trouble.js';

const optional = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

/** The marks that imapflow leaves on its errors. */
const marks = z.object({
  code: optional(z.string()),
  responseText: optional(z.string()),
  response: optional(z.string()),
  reason: optional(z.string()),
  serverResponseCode: optional(z.string()),
  authenticationFailed: optional(z.boolean()),
  mailboxMissing: optional(z.boolean()),
  tlsFailed: optional(z.boolean()),
  throttleReset: optional(z.number()),
  throttleWaited: optional(z.number()),
});

/** What imapflow says where the server offers no way to log in with what we have (RFC 9051 section 6.2.3, RFC 7628). */
const noWays = [
  {
    said: 'Unsupported authentication mechanism',
    means: 'it offers neither OAUTHBEARER nor XOAUTH2',
    remedy: 'Check `imap.host` and `imap.port`; where the server knows no OAuth, use `grant: password`.',
  },
  {
    said: 'Login is disabled',
    means: 'it takes no password on this connection (LOGINDISABLED)',
    remedy:
      'Set `imap.security` to tls or starttls; where it is, the server takes no passwords: use another grant.',
  },
] as const;

/**
 * Turns anything that imapflow or the token source threw into a fault, and says of what kind it is.
 *
 * What a reply means stands in the table of refusals. `loginRemedy` is for a login that is refused without saying why.
 */
export function imapTrouble(thrown: unknown, account: Account, loginRemedy: string): MailboxTrouble {
  if (thrown instanceof Fault)
    return { kind: thrown.code.startsWith('OAUTH_') ? 'token' : 'broken', fault: thrown };
  const error = marks.catch({}).parse(thrown);
  const said = error.responseText ?? error.reason ?? error.response ?? describe(thrown);
  const noWay = noWays.find(({ said: words }) => said.startsWith(words));
  const detail = noWay?.means ?? withoutCredentials(said, account);
  const server = {
    host: account.imap?.host ?? '',
    port: account.imap?.port ?? 0,
    account: account.name,
    user: account.user,
    mailbox: account.mailbox,
  };
  const { serverResponseCode: code = '' } = error;
  const isLogin = error.authenticationFailed || noWay !== undefined;
  const meaning = classifyReply('imap', code ? `[${code}] ${detail}` : detail, isLogin ? 'login' : 'mail');
  const refused = () => {
    const remedy = noWay?.remedy ?? (meaning?.credential ? loginRemedy : (meaning?.remedy ?? loginRemedy));
    return new Fault('IMAP_LOGIN_REFUSED', { ...server, reply: detail, remedy }, thrown);
  };
  const broken = () => new Fault('IMAP_TEMPORARY', { ...server, detail }, thrown);

  if (error.code === 'ETHROTTLE') {
    const waitMs = Math.max(0, (error.throttleReset ?? 0) - (error.throttleWaited ?? 0));
    return { kind: 'throttled', fault: broken(), waitMs };
  }
  if (/authenticated but not connected/i.test(detail)) return { kind: 'not-connected', fault: refused() };
  if (meaning?.class === 'transient' && meaning.pauseMs !== undefined)
    return { kind: 'throttled', fault: broken(), waitMs: meaning.pauseMs };
  if (isLogin)
    return meaning?.class === 'transient'
      ? { kind: 'broken', fault: broken() }
      : { kind: 'login', fault: refused() };
  if (error.mailboxMissing || /^NONEXISTENT$/i.test(code) || error.code === 'NotFound') {
    const mailbox = account.imap?.mailbox ?? '';
    const facts = { ...server, mailbox, reply: detail };
    return { kind: 'missing', fault: new Fault('IMAP_MAILBOX_MISSING', facts, thrown) };
  }
  if (error.tlsFailed || /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|UPGRADE_TIMEOUT/.test(error.code ?? ''))
    return { kind: 'tls', fault: new Fault('IMAP_TLS', { ...server, detail }, thrown) };
  if (
    /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|EPROXY|ProxyError|CONNECT_TIMEOUT|GREETING_TIMEOUT)/.test(
      error.code ?? '',
    )
  )
    return { kind: 'unreachable', fault: new Fault('IMAP_UNREACHABLE', { ...server, detail }, thrown) };
  return { kind: 'broken', fault: broken() };
}
