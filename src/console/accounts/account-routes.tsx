import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { AccountSheet } from '../../core/account-sheet.js';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { Log } from '../../core/host.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from '../frame/frame.js';
import { streamPage } from '../frame/stream-page.js';
import { AccountList } from './account-list.js';
import { AccountPage } from './account-page.js';
import { runTest } from './run-test.js';
import { showSteps } from './show-steps.js';
import { TestButtons } from './test-buttons.js';
import { TestEnd } from './test-end.js';

/** The pages of the mail accounts, and their tests: `/accounts`, `/accounts/NAME`, and what its buttons post to. */
export function createAccountRoutes(parts: {
  readonly desk: ConsoleDesk;
  readonly frame: Frame;
  readonly log: Log;
}): Hono<ConsoleEnv> {
  const { desk, frame, log } = parts;
  const { base } = frame;
  const routes = new Hono<ConsoleEnv>();
  const sheetOf = (name: string) => desk.sheets.find(({ account }) => account === name);
  const section = 'accounts';

  const noAccount = (c: Context<ConsoleEnv>) => {
    const children = (
      <p>
        Look it up among <a href={`${base}/accounts`}>the accounts of the settings</a>.
      </p>
    );
    return c.html(frame.page(c, { title: 'There is no such account', section, children }), 404);
  };

  /** Answers a button with a page that tells of a test while it runs, and ends with the buttons. */
  const tests = async (
    c: Context<ConsoleEnv>,
    title: string,
    run: (sheet: AccountSheet, signal: AbortSignal) => AsyncIterable<HtmlEscapedString>,
  ) => {
    const sheet = sheetOf(c.req.param('account') ?? '');
    if (!sheet) return noAccount(c);
    const { account } = sheet;
    const { formToken } = c.var.visitor;
    const roundTrip = desk.roundTrip !== undefined;
    const children = (
      <p>
        <a href={`${base}/accounts/${encodeURIComponent(account)}`}>Back to the account</a>. Who leaves this
        page ends the test.
      </p>
    );
    const page = await frame.parts(c, { title: `${title}: ${account}`, section, children });
    return streamPage(c, page, { stopping: desk.stopping, log }, async function* (signal) {
      yield* run(sheet, signal);
      yield html`${<TestButtons {...{ sheet, base, formToken, roundTrip }} />}`;
    });
  };

  routes.get('/accounts', async (c) => {
    const { accounts } = await desk.status();
    const children = <AccountList {...{ accounts, desk, base }} />;
    return c.html(frame.page(c, { title: 'Accounts', section, children }));
  });

  routes.get('/accounts/:account', async (c) => {
    const sheet = sheetOf(c.req.param('account'));
    const account = (await desk.status()).accounts.find((each) => each.account === sheet?.account);
    if (!sheet || !account) return noAccount(c);
    const { formToken } = c.var.visitor;
    const children = <AccountPage {...{ account, sheet, desk, base, formToken }} />;
    return c.html(frame.page(c, { title: `Account ${sheet.account}`, section, children }));
  });

  routes.post('/accounts/:account/test', (c) =>
    tests(c, 'Test Server', (sheet, signal) => runTest(desk, sheet, signal)),
  );

  routes.post('/accounts/:account/round-trip', (c) => {
    const { roundTrip } = desk;
    if (!roundTrip) return noAccount(c);
    return tests(c, 'Round trip', async function* ({ account }, signal) {
      const { failed } = yield* showSteps(() => roundTrip(account, signal), false, desk);
      yield html`${<TestEnd failed={failed} stopped={signal.aborted} />}`;
    });
  });

  // A page that is loaded again by its address tests nothing.
  routes.get('/accounts/:account/:test', (c) =>
    c.redirect(`${base}/accounts/${encodeURIComponent(c.req.param('account'))}`, 303),
  );

  return routes;
}
