import type { TestStep } from '../core/server-test.js';
import { CommandError } from './command-error.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { type Style, styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import { withProgress } from './with-progress.js';

type Step = Pick<TestStep, 'ok' | 'detail' | 'ms' | 'remedy' | 'authorizationUrl'> & {
  readonly server: string;
  readonly step: string;
};

/** What `ackmail test` is told. */
export interface TestAccountOptions extends GlobalOptions {
  readonly roundTrip?: boolean;
  /** Each step as a line of JSON. */
  readonly json?: boolean;
}

/**
 * `ackmail test ACCOUNT`: each step to a server of the account with its own tick or cross, what was seen and
 * what to do. With `roundTrip` a mail goes to the watched mailbox, is answered there, and the answer is read. Answers
 * the exit code, 1 when a step failed.
 */
export async function testAccount(
  account: string,
  { roundTrip, json, ...options }: TestAccountOptions,
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal, account);
  const ending = new AbortController();
  let interrupted: number | undefined;
  const forget = terminal.onSignal((signal) => {
    interrupted = signal === 'SIGINT' ? 130 : 143;
    ending.abort();
  });
  try {
    const style = styleFor(terminal);
    let steps = 0;
    let failed = 0;
    let signIn = false;
    const { control } = owner;
    const tested: AsyncIterable<Step> = roundTrip
      ? control.upkeep.roundTrip(account, ending.signal)
      : control.test(account, ending.signal);
    await withProgress(terminal, `Testing ${account}`, async (say, aside) => {
      for await (const step of tested) {
        steps += 1;
        if (!step.ok) failed += 1;
        if (step.authorizationUrl) signIn = true;
        const shown = json ? `${safeJson(step)}\n` : stepText(step, roundTrip ? 12 : 10, style);
        aside(() => void terminal.stdout.write(shown));
        say(`Testing ${account}, after ${step.server.toUpperCase()} ${step.step}`);
      }
    });
    if (interrupted !== undefined) return interrupted;
    if (steps === 0)
      throw new CommandError(
        `Account ${account} has no server to test.`,
        'Give it smtp, imap or pop3 in the settings.',
        2,
      );
    if (json) return failed === 0 ? 0 : 1;
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

function stepText(
  { server, step, ok, detail, ms, remedy, authorizationUrl }: Step,
  width: number,
  { tick, cross, strong }: Style,
): string {
  const below = ' '.repeat(7);
  return [
    `${(ok ? tick : cross).padEnd(6)} ${strong(`${server.toUpperCase()} ${step}`.padEnd(width))} ${detail}${ms === undefined ? '' : ` (${ms} ms)`}`,
    ...(remedy && !ok ? [`${below}${remedy}`] : []),
    ...(authorizationUrl ? [`${below}${authorizationUrl}`] : []),
    '',
  ].join('\n');
}
