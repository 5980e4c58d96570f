import type { TestStep } from '../core/server-test.js';
import { CommandError } from './command-error.js';
import { openOwner } from './open-owner.js';
import type { GlobalOptions } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

type Step = Pick<TestStep, 'ok' | 'detail' | 'ms' | 'remedy' | 'authorizationUrl'> & {
  readonly server: string;
  readonly step: string;
};

/**
 * `ackmail test ACCOUNT`: each step to a server of the account with its own tick or cross, what was seen and
 * what to do. With `roundTrip` a mail goes to the watched mailbox, is answered there, and the answer is read. Answers
 * the exit code, 1 when a step failed.
 */
export async function testAccount(
  account: string,
  { roundTrip, ...options }: GlobalOptions & { readonly roundTrip?: boolean },
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal);
  const ending = new AbortController();
  let interrupted: number | undefined;
  const forget = terminal.onSignal((signal) => {
    interrupted = signal === 'SIGINT' ? 130 : 143;
    ending.abort();
  });
  try {
    const { tick, cross, strong } = styleFor(terminal);
    let steps = 0;
    let failed = 0;
    let signIn = false;
    const { control } = owner;
    const tested: AsyncIterable<Step> = roundTrip
      ? control.upkeep.roundTrip(account, ending.signal)
      : control.test(account, ending.signal);
    for await (const { server, step, ok, detail, ms, remedy, authorizationUrl } of tested) {
      steps += 1;
      if (!ok) failed += 1;
      const name = strong(`${server.toUpperCase()} ${step}`.padEnd(roundTrip ? 12 : 10));
      terminal.stdout.write(
        `${(ok ? tick : cross).padEnd(6)} ${name} ${detail}${ms === undefined ? '' : ` (${ms} ms)`}\n`,
      );
      if (remedy && !ok) terminal.stdout.write(`${' '.repeat(7)}${remedy}\n`);
      if (authorizationUrl) {
        signIn = true;
        terminal.stdout.write(`${' '.repeat(7)}${authorizationUrl}\n`);
      }
    }
    if (interrupted !== undefined) return interrupted;
    if (steps === 0)
      throw new CommandError(
        `Account ${account} has no server to test.`,
        'Give it smtp, imap or pop3 in the settings.',
        2,
      );
    const advice = signIn ? `Sign in with: ackmail authorize ${account}` : 'It does not work yet; see above.';
    terminal.stdout.write(`${failed === 0 ? 'Everything works.' : advice}\n`);
    return failed === 0 ? 0 : 1;
  } catch (thrown) {
    if (interrupted !== undefined) return interrupted;
    throw thrown;
  } finally {
    forget();
    await owner.close();
  }
}
