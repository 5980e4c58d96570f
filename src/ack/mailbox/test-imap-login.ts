import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import type { Network } from '../../core/network.js';
import type { TokenSource } from '../../core/token.js';
import { imapTrouble } from './imap-trouble.js';
import { createLogIn } from './log-in.js';
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

/** Logs in to the IMAP server of an account, opens its mailbox and leaves; answers what was seen. Throws a `Fault`. */
export async function testImapLogin(setup: TestImapLogin): Promise<string> {
  const { account, network, loginRemedy, signal } = setup;
  const { imap: server } = account;
  if (!server) throw new Fault('CONFIG_INVALID', { detail: `accounts.${account.name} has no imap server` });
  const limits = { connectMs: 15_000, silenceMs: 15_000, idleMs: 60_000 };
  const trouble = (thrown: unknown) => imapTrouble(thrown, account, loginRemedy);
  const logIn = createLogIn({
    ...setup,
    open: (credential, end) => openImap({ server, credential, readOnly: true, network, limits, signal: end }),
    isRefusal: (thrown) => trouble(thrown).kind === 'login',
  });
  try {
    const client = await logIn(signal);
    const count = client.mailbox ? client.mailbox.exists : 0;
    await client.logout();
    return `${server.user} is logged in, ${server.mailbox} holds ${count} mails`;
  } catch (thrown) {
    throw trouble(thrown).fault;
  }
}
