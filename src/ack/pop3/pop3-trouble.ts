import type { Account } from '../../core/account.js';
import { describe, Fault } from '../../core/fault.js';
import { classifyReply } from '../../core/refusals/classify-reply.js';
import { withoutCredentials } from '../../core/without-credentials.js';
import type { MailboxTrouble } from '../mailbox/mailbox-trouble.js';
import { Pop3Refusal } from './pop3-refusal.js';

const kinds: Readonly<Record<string, MailboxTrouble['kind']>> = {
  POP3_UNREACHABLE: 'unreachable',
  POP3_TLS: 'tls',
};

/**
 * Turns anything that the client or the token source threw into a fault, and says of what kind it is.
 *
 * What a reply means stands in the table of refusals. `loginRemedy` is for a login that is refused without saying why.
 */
export function pop3Trouble(thrown: unknown, account: Account, loginRemedy: string): MailboxTrouble {
  if (thrown instanceof Fault)
    return {
      kind: thrown.code.startsWith('OAUTH_') ? 'token' : (kinds[thrown.code] ?? 'broken'),
      fault: thrown,
    };
  const server = { ...serverFacts(account), user: account.user, mailbox: account.mailbox };
  const broken = (said: string) =>
    new Fault('POP3_TEMPORARY', { ...server, detail: withoutCredentials(said, account) }, thrown);
  if (!(thrown instanceof Pop3Refusal)) return { kind: 'broken', fault: broken(describe(thrown)) };

  const { command } = thrown;
  const reply = withoutCredentials(thrown.reply, account);
  const isLogin = /^(AUTH|USER|PASS)\b/.test(command);
  const meaning = classifyReply('pop3', reply, isLogin ? 'login' : 'mail');
  if (meaning?.class === 'transient' && meaning.pauseMs !== undefined)
    return { kind: 'throttled', fault: broken(reply), waitMs: meaning.pauseMs };
  const isNotConnected = /authenticated but not connected/i.test(reply);
  if (!isNotConnected && (!isLogin || meaning?.class === 'transient'))
    return { kind: 'broken', fault: broken(`it refuses ${command}: ${reply}`) };
  const remedy = meaning?.credential ? loginRemedy : (meaning?.remedy ?? loginRemedy);
  const fault = new Fault('POP3_LOGIN_REFUSED', { ...server, reply, remedy }, thrown);
  return { kind: isNotConnected ? 'not-connected' : 'login', fault };
}

/** How faults name the server of an account. */
export function serverFacts(account: Account): { host: string; port: number; account: string } {
  return { host: account.pop3?.host ?? '', port: account.pop3?.port ?? 0, account: account.name };
}
