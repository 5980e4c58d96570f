import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import type { Network } from '../../core/network.js';
import type { TokenSource } from '../../core/token.js';
import { imapTrouble } from './imap-trouble.js';
import { createLane } from './lane.js';
import { createLogIn } from './log-in.js';
import { numberedMailbox } from './numbered-mailbox.js';
import { openImap } from './open-imap.js';

/** What a test login needs. */
export interface TestImapLogin {
  readonly account: Account;
  readonly tokens: TokenSource;
  readonly network: Network;
  readonly clock: Clock;
  /** What an administrator does when the server refuses the login. */
  readonly loginRemedy: string;
  readonly signal: AbortSignal;
}

/** Logs in to the IMAP server of an account, opens its mailboxes and leaves; answers what was seen. Throws a `Fault`. */
export async function testImapLogin(setup: TestImapLogin): Promise<string> {
  const { account, network, loginRemedy, signal } = setup;
  const { imap: server } = account;
  if (!server) throw new Fault('CONFIG_INVALID', { detail: `accounts.${account.name} has no imap server` });
  const limits = { connectMs: 15_000, silenceMs: 15_000, taskMs: 30_000, idleMs: 60_000 };
  const trouble = (thrown: unknown) => imapTrouble(thrown, account, loginRemedy);
  const logIn = createLogIn({
    ...setup,
    open: (credential, end) => openImap({ server, credential, readOnly: true, network, limits, signal: end }),
    isRefusal: (thrown) => trouble(thrown).kind === 'login',
  });
  let asked = server.mailbox;
  try {
    const client = await logIn(signal);
    const lane = createLane(client, server.mailbox, true, limits.taskMs);
    const counts: string[] = [];
    for (const mailbox of [server.mailbox, ...(server.others ?? [])]) {
      asked = mailbox;
      const { count } = await numberedMailbox(client, lane, mailbox);
      counts.push(`${mailbox} holds ${count} mails`);
    }
    await client.logout();
    return `${server.user} is logged in, ${counts.join(', ')}`;
  } catch (thrown) {
    const { kind, fault } = trouble(thrown);
    throw kind === 'missing' ? new Fault(fault.code, { ...fault.facts, mailbox: asked }, thrown) : fault;
  }
}
