import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import type { Network } from '../../core/network.js';
import type { TokenSource } from '../../core/token.js';
import { createLogIn } from '../mailbox/log-in.js';
import { openPop3, type Pop3Session } from './open-pop3.js';
import { pop3Trouble } from './pop3-trouble.js';

/** What a test login needs. */
export interface TestPop3Login {
  readonly account: Account;
  readonly tokens: TokenSource;
  readonly network: Network;
  readonly clock: Clock;
  /** What an administrator does when the server refuses the login. */
  readonly loginRemedy: string;
  readonly signal: AbortSignal;
}

const limits = { connectMs: 15_000, silenceMs: 15_000, answerMs: 30_000 };

/** Logs in to the POP3 server of an account, lists its mails and leaves; answers what was seen. Throws a `Fault`. */
export async function testPop3Login(setup: TestPop3Login): Promise<string> {
  const { account, network, loginRemedy } = setup;
  const trouble = (thrown: unknown) => pop3Trouble(thrown, account, loginRemedy);
  const logIn = createLogIn<Pop3Session>({
    ...setup,
    open: (credential, signal) => openPop3({ account, credential, network, limits, signal }),
    isRefusal: (thrown) => trouble(thrown).kind === 'login',
  });
  let session: Pop3Session | undefined;
  try {
    session = await logIn(setup.signal);
    const mails = await session.uidl();
    if (mails[0]) await session.top(mails[0].number, 0);
    await session.quit();
    return `${account.pop3?.user ?? account.user} is logged in, the maildrop holds ${mails.length} mails`;
  } catch (thrown) {
    throw trouble(thrown).fault;
  } finally {
    session?.close();
  }
}
