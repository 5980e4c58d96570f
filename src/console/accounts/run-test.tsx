import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { AccountSheet } from '../../core/account-sheet.js';
import type { ConsoleDesk } from '../../core/console-desk.js';
import { formatDuration } from '../../core/duration.js';
import { webAddress } from '../frame/web-address.js';
import { awaitSignIn } from './await-sign-in.js';
import { showSteps } from './show-steps.js';
import { SignInPanel } from './sign-in-panel.js';
import { TestEnd } from './test-end.js';

const mostRuns = 3;

/**
 * Tests the servers of an account, as pieces of a page that come as the steps happen. Where a step finds that somebody has
 * to sign in, it waits for that and begins again.
 */
export async function* runTest(
  desk: ConsoleDesk,
  { account, signsIn, mailbox }: AccountSheet,
  signal: AbortSignal,
): AsyncGenerator<HtmlEscapedString, void> {
  for (let run = 1; ; run += 1) {
    yield html`<h2>${run === 1 ? 'Steps' : 'Once more, from the beginning'}</h2>`;
    const { failed, signInAt } = yield* showSteps(
      () => desk.testServer(account, signal),
      run < mostRuns,
      desk,
    );
    if (signInAt === undefined || signal.aborted)
      return yield html`${<TestEnd failed={failed} stopped={signal.aborted} />}`;

    const { accounts } = await desk.status();
    // Ours, where people reach us: it is short, and finished by the very browser that opens it.
    const ours = webAddress(accounts.find((each) => each.account === account)?.authorizationUrl);
    yield html`${<SignInPanel account={account} person={signsIn ?? mailbox} url={ours ?? signInAt} />}`;
    yield html`<p>Waiting for the sign-in …`;
    const waiting = awaitSignIn(desk, account, signal);
    let next = await waiting.next();
    while (!next.done) {
      yield html` still waiting after ${formatDuration(next.value)} …`;
      next = await waiting.next();
    }
    yield html`</p>`;
    if (next.value === 'stopped') return yield html`${<TestEnd failed={failed} stopped={true} />}`;
    if (next.value === 'nobody')
      return yield html`<p><span class="badge bad">✗ Nobody signed in for 15 minutes</span> Press Test Server again when somebody can.</p>`;
    if (next.value === 'signed-in')
      yield html`<p><span class="badge good">✓ Somebody has signed in</span></p>`;
  }
}
