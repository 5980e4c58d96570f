import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChromium } from '../helpers/chromium.js';
import { alertsMailbox, person } from '../helpers/lab.js';
import { until } from '../helpers/until.js';
import { type Stage, startStage } from './stage.js';

interface Context {
  browser: Browser;
  stage: Stage;
}

const test = suite<Context>('sign-in');

test.before(async (context) => {
  context.browser = await startChromium();
});
test.after(({ browser }) => browser.close());
test.before.each(async (context) => {
  context.stage = await startStage({}, context.browser);
});
test.after.each(({ stage }) => stage.end());

/** What a person does at the authorization server. */
async function signInAs(page: Page, user: string): Promise<void> {
  await page.fill('input[name=login]', user);
  await page.fill('input[name=password]', 'anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** The page that a link opens in a window of its own. */
async function opens(page: Page, link: string): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await page.getByRole('link', { name: link }).first().click();
  return opened;
}

const textOf = (page: Page) => page.getByRole('main').innerText();

test('An administrator signs in from the page of the account, and all is well', async ({ stage }) => {
  const page = await stage.signedIn();
  assert.match(await textOf(page), 'Somebody has to sign in');
  await page.getByRole('link', { name: 'alerts', exact: true }).click();
  const provider = await opens(page, `Sign in as ${alertsMailbox}`);
  await signInAs(provider, alertsMailbox);
  await provider.getByRole('heading', { name: 'Authentication complete' }).waitFor();
  assert.match(await textOf(provider), alertsMailbox);
  assert.not.match(provider.url(), /code=|state=/, 'no code stays in the address bar');
  await until('the end of the error', () => stage.plugin().reportHeader().json.length === 0);
  await page.reload();
  assert.match(await textOf(page), /^Account alerts\s+Authorized/);
  assert.is(await page.locator('.trouble').count(), 0);
});

test('Somebody else who signs in is refused, both are named, and it can be begun again', async ({
  stage,
}) => {
  const page = await stage.signedIn();
  const provider = await opens(page, 'Sign in for alerts');
  await signInAs(provider, person);
  await provider.getByRole('heading', { name: 'Authentication failed' }).waitFor();
  const said = await textOf(provider);
  assert.match(said, `was made as ${person}, but ${alertsMailbox} is wanted`);
  assert.match(said, 'private window');
  await page.reload();
  assert.match(await textOf(page), 'Somebody has to sign in');
  // In another window, as it says: this browser would go on as who signed in.
  const other = await stage.signedIn();
  const again = await opens(other, 'Sign in for alerts');
  await signInAs(again, alertsMailbox);
  await again.getByRole('heading', { name: 'Authentication complete' }).waitFor();
});

for (const javaScriptEnabled of [true, false])
  test(`Test Server asks for the sign-in, and goes on by itself once it is made, ${javaScriptEnabled ? 'with' : 'without'} a script`, async ({
    stage,
  }) => {
    const page = await stage.signedIn({ javaScriptEnabled });
    await page.goto(`${stage.origin}/accounts/alerts`);
    await page.getByRole('button', { name: 'Test Server: alerts' }).click({ noWaitAfter: true });
    await page.getByRole('heading', { name: 'Somebody has to sign in for alerts' }).waitFor();
    assert.match(await textOf(page), 'SMTP: Token');
    assert.not.match(await textOf(page), 'Everything works');
    const copies = page.getByRole('button', { name: 'Copy' });
    assert.is(await copies.isVisible(), javaScriptEnabled, 'a button that can do nothing is not shown');
    const provider = await opens(page, 'Open browser');
    await signInAs(provider, alertsMailbox);
    await provider.getByRole('heading', { name: 'Authentication complete' }).waitFor();
    await page.getByText('Everything works').waitFor();
    const said = await textOf(page);
    assert.ok(said.indexOf('Somebody has signed in') < said.lastIndexOf('SMTP: Send'), said);
    assert.match(said, 'IMAP: Login');
    assert.is(stage.lab.imap.mails('INBOX', alertsMailbox).length, 1, 'a real mail');
  });

test('A window that is closed ends the test', async ({ stage }) => {
  const page = await stage.signedIn();
  await page.goto(`${stage.origin}/accounts/alerts`);
  await page.getByRole('button', { name: 'Test Server: alerts' }).click({ noWaitAfter: true });
  await page.getByRole('heading', { name: 'Somebody has to sign in for alerts' }).waitFor();
  await page.close();
  // It would wait for 15 minutes, and so would the end of the stage.
});

test('Ackmail is stopped while a test waits: the page says so, and to test again', async ({ stage }) => {
  const page = await stage.signedIn();
  await page.goto(`${stage.origin}/accounts/alerts`);
  await page.getByRole('button', { name: 'Test Server: alerts' }).click({ noWaitAfter: true });
  await page.getByText('Waiting for the sign-in').waitFor();
  await stage.stop();
  await page.getByText('Ackmail is being stopped. Test again when it runs.').waitFor();
  await stage.start();
  await page.getByRole('button', { name: 'Test Server: alerts' }).click();
  await page.getByText('Your session is over').waitFor();
});

test('The redirect URL is copied by its button', async ({ stage }) => {
  const page = await stage.signedIn({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${stage.origin}/accounts/alerts`);
  const button = page.getByRole('button', { name: 'Copy' });
  await button.click();
  assert.is(
    await page.evaluate('navigator.clipboard.readText()'),
    `http://localhost:${stage.lab.port}/oauth/callback`,
  );
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  await button.waitFor();
  await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"))');
  await button.click();
  await page.getByRole('button', { name: 'Not copied' }).waitFor();
});

test.run();
