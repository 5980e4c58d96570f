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

test.run();
