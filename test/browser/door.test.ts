import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { consoleLink } from '../helpers/open-console.js';
import { type Stage, startStage } from './stage.js';

interface Context {
  stage: Stage;
}

const test = suite<Context>('door');

test.before(async (context) => {
  context.stage = await startStage();
});
test.after(({ stage }) => stage.end());

test('The link of `ackmail console` opens the pages in a browser, once', async ({ stage }) => {
  const link = await consoleLink(stage.host.dataDir, 'anna@example.com');
  const page = await stage.visit();
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  assert.is(page.url(), `${stage.origin}/accounts`);
  assert.match(await page.getByRole('banner').innerText(), 'anna@example.com');
  const other = await stage.visit();
  await other.goto(link);
  assert.is(await other.getByRole('heading', { level: 1 }).innerText(), 'This link is over');
  assert.is(await other.getByRole('banner').count(), 0);
});

test('Signing out ends it, also in the other tab', async ({ stage }) => {
  const page = await stage.signedIn();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await page.getByRole('button', { name: 'Sign out' }).click();
  assert.is(await page.getByRole('heading', { level: 1 }).innerText(), 'Sign in');
  await other.reload();
  assert.match(other.url(), '/sign-in');
});

test('Ackmail is restarted under an open page: what is sent from it is not done, and says what to do', async ({
  stage,
}) => {
  const page = await stage.signedIn();
  await stage.stop();
  await stage.start();
  await page.getByRole('button', { name: 'Sign out' }).click();
  assert.match(await page.getByRole('main').innerText(), 'What you sent was not done.');
  await page.getByRole('link', { name: 'Sign in' }).click();
  assert.match(page.url(), '/sign-in');
  await page.goto(`${stage.origin}/accounts`);
  assert.match(page.url(), '/sign-in');
});

test('Whoever has no script comes in, looks and goes', async ({ stage }) => {
  const page = await stage.signedIn({ javaScriptEnabled: false });
  assert.is(await page.getByRole('heading', { level: 1 }).innerText(), 'Accounts');
  await page.getByRole('button', { name: 'Sign out' }).click();
  assert.is(await page.getByRole('heading', { level: 1 }).innerText(), 'Sign in');
});

test.run();
