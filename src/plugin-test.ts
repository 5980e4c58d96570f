import { replyFacts } from './actions/email/reply-facts.js';
import { testMail } from './actions/email/test-mail.js';
import type { TokenManager } from './auth/token-manager.js';
import type { Clock } from './core/clock.js';
import { Fault } from './core/fault.js';
import { classifyReply } from './core/refusals/classify-reply.js';
import type { TestStep } from './core/server-test.js';
import { testAccount } from './network/test-account.js';
import type { Accounts } from './plugin-accounts.js';
import type { Ways } from './plugin-ways.js';

/** Tests a mail account with everything that is really used to send and read. */
export function testServer(
  name: string,
  signal: AbortSignal,
  parts: {
    readonly accounts: Accounts;
    readonly tokens: TokenManager;
    readonly ways: Pick<Ways, 'get'>;
    readonly clock: Clock;
  },
): AsyncIterable<TestStep> {
  const { accounts, tokens, clock } = parts;
  const account = accounts.find(name);
  const steps = testAccount(account, {
    network: accounts.network,
    tokens,
    authorizationUrl: () => tokens.authorizationUrl(name).catch(() => undefined),
    async logIn(server) {
      const login = {
        ...{ account, tokens, network: accounts.network, clock, signal },
        loginRemedy: accounts.loginRemedy(name)[server],
      };
      if (server === 'pop3') {
        const { testPop3Login } = await import('./ack/pop3/test-pop3-login.js');
        return testPop3Login(login);
      }
      if (server === 'imap') {
        const { testImapLogin } = await import('./ack/mailbox/test-imap-login.js');
        return testImapLogin(login);
      }
      await parts.ways.get(name).transport.verify(signal);
      return `${account.smtp?.user ?? account.user} is logged in`;
    },
    async sendMail() {
      const mail = testMail(account, clock.now());
      const { recipients } = await parts.ways.get(name).transport.send(mail, [account.mailbox], signal);
      const status = recipients[account.mailbox];
      if (status?.status === 'accepted') return `taken for ${account.mailbox}: ${status.reply ?? ''}`;
      const { reply = 'no reply' } = status ?? {};
      throw new Fault('SMTP_REJECTED', { ...replyFacts(account, classifyReply('smtp', reply)), reply });
    },
  });
  return timed(steps, clock);
}

/** The same steps, each with how long it took; what who reads them does in between is not counted. */
async function* timed(steps: AsyncIterable<TestStep>, { elapsedMs }: Clock): AsyncIterable<TestStep> {
  let beganMs = elapsedMs();
  for await (const step of steps) {
    yield { ...step, ms: Math.round(elapsedMs() - beganMs) };
    beganMs = elapsedMs();
  }
}
