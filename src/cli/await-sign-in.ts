import { createInterface } from 'node:readline';
import { Fault } from '../core/fault.js';
import { CommandError } from './command-error.js';
import type { ControlClient } from './control-client.js';
import { interrupted } from './interrupted.js';
import { printFailure } from './print-failure.js';
import type { SignInEnd } from './sign-in-end.js';
import type { Terminal } from './terminal.js';
import type { WireAccount } from './wire-status.js';

/** What the waiting needs. */
export interface SignInWait {
  readonly account: string;
  /** How the account stood before the sign-in began. */
  readonly before: WireAccount;
  readonly control: ControlClient;
  readonly terminal: Terminal;
  /** Aborted, with its name, by a signal of the operating system. */
  readonly interrupt: AbortSignal;
}

const lookEveryMs = 500;
const patienceMs = 15 * 60_000;

/**
 * Waits until the browser came back to Ackmail, or an address was pasted that ends the sign-in.
 *
 * A paste that is no good is answered with the reason, and the waiting goes on. After 15 minutes it throws a
 * `CommandError`.
 */
export async function awaitSignIn(wait: SignInWait): Promise<SignInEnd> {
  const { terminal, interrupt } = wait;
  const done = new AbortController();
  // A terminal in its ordinary mode cuts lines at 4,096 characters; readline's own mode does not.
  const pasted = createInterface({
    input: terminal.stdin,
    ...(terminal.stdin.isTTY ? { output: terminal.stdout, terminal: true } : {}),
  });
  try {
    return await new Promise<SignInEnd>((resolve, reject) => {
      const end = () => resolve(interrupted(interrupt));
      if (interrupt.aborted) end();
      interrupt.addEventListener('abort', end);
      // In readline's own mode Ctrl-C is a key and no signal.
      pasted.on('SIGINT', end);
      let turn = Promise.resolve();
      pasted.on('line', (line) => {
        turn = turn.then(async () => {
          if (done.signal.aborted || line.trim() === '') return;
          const finished = await finish(line, wait);
          if (finished) resolve(finished);
        });
        turn.catch(reject);
      });
      watch(wait, done.signal).then((seen) => seen && resolve(seen), reject);
    });
  } finally {
    done.abort();
    pasted.close();
    terminal.stdin.pause();
  }
}

/** Looks at the account until somebody signed in for it. */
async function watch(
  { account, before, control, terminal }: SignInWait,
  signal: AbortSignal,
): Promise<SignInEnd | undefined> {
  const { clock } = terminal;
  const until = clock.now().getTime() + patienceMs;
  while (!signal.aborted && clock.now().getTime() < until) {
    const now = await control.account(account);
    const newer = (now.refreshedAt?.getTime() ?? 0) > (before.refreshedAt?.getTime() ?? 0);
    if (works(now.state) && (!works(before.state) || newer))
      return {
        kind: 'complete',
        user: now.authorizedAs ?? 'somebody',
        missingScopes: now.missingScopes ?? [],
      };
    await clock.until(new Date(clock.now().getTime() + lookEveryMs), signal);
  }
  if (signal.aborted) return undefined;
  throw new CommandError('Nobody signed in for 15 minutes.', `Run it again: ackmail authorize ${account}`);
}

function works(state: string): boolean {
  return ['authorized', 'refreshing', 'expiring'].includes(state);
}

/** Tries to end the sign-in with what was pasted; says what is wrong with it when that fails. */
async function finish(
  line: string,
  { account, control, terminal }: SignInWait,
): Promise<SignInEnd | undefined> {
  const say = (text: string) => void (terminal.json || terminal.stdout.write(text));
  try {
    if (!/(^|[?&\s])state=/.test(line))
      throw new CommandError(
        'That is not the address of a page where a sign-in ends: it has no state= in it.',
        'Copy the whole line at the top of the browser, from http to its end, after you have signed in.',
      );
    const { account: other, user, missingScopes } = await control.complete(line);
    if (other === account) return { kind: 'complete', user, missingScopes };
    say(`That was the sign-in of account ${other}, as ${user}.\n`);
  } catch (thrown) {
    if (!(thrown instanceof Fault || thrown instanceof CommandError)) throw thrown;
    printFailure(thrown, terminal);
  }
  say('Waiting for the sign-in …\n');
  return undefined;
}
