import type { Account, MailServerKind } from '../core/account.js';
import { Fault } from '../core/fault.js';
import type { Network } from '../core/network.js';
import type { TestStep } from '../core/server-test.js';
import type { TokenSource } from '../core/token.js';
import { probeServer } from './probe-server.js';

/** What a test of an account uses. */
export interface AccountTestTools {
  readonly network: Network;
  readonly tokens: TokenSource;
  /** Where a person signs in, for the step that finds the sign-in missing; undefined where there is no such page now. */
  readonly authorizationUrl: () => Promise<string | undefined>;
  /** Connects, logs in, and answers what was seen; throws a `Fault`. */
  readonly logIn: (server: MailServerKind) => Promise<string>;
  /** Sends a mail from the account to its own mailbox and answers the server's reply; throws a `Fault`. */
  readonly sendMail: () => Promise<string>;
}

/**
 * Tests a mail account: for each of its servers the name, proxy, TCP, TLS, token and login, and a real mail.
 *
 * The steps of one server end at the first that fails; the other server is tested all the same.
 */
export async function* testAccount(account: Account, tools: AccountTestTools): AsyncIterable<TestStep> {
  for (const kind of ['smtp', 'imap', 'pop3'] as const) {
    const server = account[kind];
    if (server) yield* testSide(kind, account, tools);
  }
}

async function* testSide(
  kind: MailServerKind,
  account: Account,
  { network, tokens, authorizationUrl, logIn, sendMail }: AccountTestTools,
): AsyncIterable<TestStep> {
  const server = account[kind];
  if (!server) return;
  for await (const step of probeServer(kind, server, network)) {
    yield step;
    if (!step.ok) return;
  }
  const attempt = async (step: TestStep['step'], run: () => Promise<string>): Promise<TestStep> => {
    try {
      return { server: kind, step, ok: true, detail: await run() };
    } catch (thrown) {
      const fault = Fault.from(
        thrown,
        (detail, cause) => new Fault('ACTION_TEST_FAILED', { account: account.name, detail }, cause),
      );
      const signIn = fault.code === 'OAUTH_AUTHORIZATION_REQUIRED';
      const url = signIn ? await authorizationUrl() : undefined;
      return {
        server: kind,
        step,
        ok: false,
        detail: fault.message,
        remedy: fault.remedy,
        ...(url === undefined ? {} : { authorizationUrl: url }),
      };
    }
  };
  const steps: [TestStep['step'], () => Promise<string>][] = [];
  if (account.login.grant !== 'password')
    steps.push([
      'token',
      async () => `good until ${(await tokens.getToken(account.name)).expiresAt.toISOString()}`,
    ]);
  steps.push(['login', () => logIn(kind)]);
  if (kind === 'smtp') steps.push(['mail', sendMail]);
  for (const [name, run] of steps) {
    const step = await attempt(name, run);
    yield step;
    if (!step.ok) return;
  }
}
