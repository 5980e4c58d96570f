import { scryptSync } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChromium } from '../helpers/chromium.js';
import { freePort } from '../helpers/free-port.js';
import { type Stage, startStage } from './stage.js';

interface Context {
  browser: Browser;
  stage: Stage;
  origin: string;
}

const test = suite<Context>('wrong passwords');
const name = 'anna@example.com';
const secret = 'the-secret-of-anna';
const salt = Buffer.alloc(16, 7);
const hash = `scrypt:16384:8:1:${salt.toString('base64url')}:${scryptSync(secret, salt, 32).toString('base64url')}`;

test.before(async (context) => {
  context.browser = await startChromium();
});
test.after(({ browser }) => browser.close());
test.before.each(async (context) => {
  const listen = `127.0.0.1:${await freePort()}`;
  context.stage = await startStage({ http: { listen, users: { [name]: hash } } }, context.browser);
  context.origin = `http://${listen}`;
});
test.after.each(({ stage }) => stage.end());

async function type(page: Page, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByLabel('Password').press('Enter');
  await answered;
  await page.waitForLoadState();
}

for (const javaScriptEnabled of [true, false])
  test(`Name and password lead to the page that was asked for, ${javaScriptEnabled ? 'with' : 'without'} a script`, async ({
    stage,
    origin,
  }) => {
    const page = await stage.visit({ javaScriptEnabled });
    await page.goto(`${origin}/accounts/alerts`);
    assert.match(page.url(), '/sign-in?to=');
    await type(page, secret);
    await page.waitForURL(`${origin}/accounts/alerts`);
    assert.match(await page.getByRole('banner').innerText(), name);
  });

test('A wrong password is said, the name stays, and after ten of them one has to wait', async ({
  stage,
  origin,
}) => {
  const page = await stage.visit();
  await page.goto(`${origin}/sign-in`);
  for (let count = 0; count < 10; count += 1) {
    await type(page, 'wrong');
    assert.match(await page.getByRole('alert').innerText(), 'Name or password is wrong.');
    assert.is(await page.getByLabel('Name').inputValue(), name);
    assert.is(await page.getByLabel('Password').inputValue(), '');
  }
  await type(page, secret);
  assert.match(await page.getByRole('alert').innerText(), /Wait \d+ seconds/);
  assert.match(page.url(), '/sign-in');
});

test.run();
