import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChromium } from '../helpers/chromium.js';
import { firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';
import { type Stage, startStage } from './stage.js';

interface Context {
  browser: Browser;
  stage: Stage;
}

const test = suite<Context>('alerts');

test.before(async (context) => {
  context.browser = await startChromium();
});
test.after(({ browser }) => browser.close());
test.before.each(async (context) => {
  context.stage = await startStage({}, context.browser);
  await context.stage.plugin().handleAlerts(['db1', 'db2', 'db3'].map((name) => firedEvent(name)));
});
test.after.each(({ stage }) => stage.end());

async function openAlert(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Alerts', exact: true }).click();
  await page.getByRole('link', { name: `DiskFull on ${name}` }).click();
  await page.getByRole('heading', { level: 1, name: `DiskFull on ${name}` }).waitFor();
}

for (const javaScriptEnabled of [true, false])
  test(`Anna acknowledges an alert at its page, ${javaScriptEnabled ? 'with' : 'without'} a script`, async ({
    stage,
  }) => {
    const page = await stage.signedIn({ javaScriptEnabled });
    await openAlert(page, 'db2');
    await page.getByLabel('For how long').selectOption('2h');
    await page.getByRole('textbox', { name: 'Comment' }).fill('I make <b>room</b>');
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('status').filter({ hasText: 'Acknowledged.' }).waitFor();
    assert.match(await page.getByRole('main').innerText(), /anna@example\.com[\s\S]*I make <b>room<\/b>/);
    const { acknowledgement, alerts } = await until('it', () => stage.host.acknowledged[0]);
    assert.is(acknowledgement.author, 'anna@example.com');
    assert.equal(
      alerts.map(({ labels }) => labels['instance']),
      ['db2'],
    );
    await page.reload();
    assert.is(stage.host.acknowledged.length, 1, 'looking again does nothing again');
  });

test('Several are acknowledged at once from the list', async ({ stage }) => {
  const page = await stage.signedIn();
  await page.goto(`${stage.origin}/alerts`);
  await page.getByLabel('Select DiskFull on db1').check();
  await page.getByLabel('Select DiskFull on db3').check();
  await page.getByRole('button', { name: 'Acknowledge selected' }).click();
  await page.getByRole('status').waitFor();
  assert.equal(stage.host.acknowledged[0]?.alerts.map(({ labels }) => labels['instance']).sort(), [
    'db1',
    'db3',
  ]);
  await page.getByRole('link', { name: 'Acknowledged 2' }).click();
  assert.is(await page.getByRole('row').count(), 3);
});

test('In a second tab, which does not know that somebody has it yet, taking it over is a second step', async ({
  stage,
}) => {
  const first = await stage.signedIn();
  await openAlert(first, 'db1');
  const second = await stage.signedIn({}, 'ben@example.com');
  await openAlert(second, 'db1');
  await first.getByRole('button', { name: 'Acknowledge' }).click();
  await first.getByRole('status').waitFor();
  await second.getByRole('textbox', { name: 'Comment' }).fill('mine');
  await second.getByRole('button', { name: 'Acknowledge' }).click();
  await second.getByRole('alert').filter({ hasText: 'somebody else has acknowledged since' }).waitFor();
  assert.is(stage.host.acknowledged.length, 1);
  assert.is(await second.getByRole('textbox', { name: 'Comment' }).inputValue(), 'mine');
  await second.getByRole('button', { name: 'Take it over' }).click();
  await second.getByRole('status').waitFor();
  // Whoever says it later has it, as by mail, and both see that.
  assert.equal(
    stage.host.acknowledged.map(({ acknowledgement }) => acknowledgement.author),
    ['anna@example.com', 'ben@example.com'],
  );
  await first.reload();
  const thread = await first.getByRole('main').innerText();
  assert.match(thread, /Acknowledged by anna@example\.com[\s\S]*ben@example\.com/);
});

test('The same form, sent from two copies of a tab, counts once', async ({ stage }) => {
  const page = await stage.signedIn();
  await openAlert(page, 'db1');
  const form = page.getByRole('form', { name: 'Acknowledge or comment' });
  const fields = async (target: Page) => target.locator('input[name=source]').first().inputValue();
  const source = await fields(page);
  const copy = await page.context().newPage();
  await copy.goto(page.url());
  await copy.evaluate(
    `document.querySelectorAll('input[name=source]').forEach((field) => { field.value = '${source}'; })`,
  );
  await form.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByRole('status').waitFor();
  await copy.getByRole('button', { name: 'Acknowledge' }).click();
  await copy.getByRole('status').filter({ hasText: 'counts once' }).waitFor();
  assert.is(stage.host.acknowledged.length, 1);
});

test('The session ends under a form: what was typed is not done, and can be done after the sign-in', async ({
  stage,
}) => {
  const page = await stage.signedIn();
  await openAlert(page, 'db1');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByRole('textbox', { name: 'Comment' }).fill('on it');
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('What you sent was not done').waitFor();
  assert.is(stage.host.acknowledged.length, 0);
});

test.run();
