import { scryptSync } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Browser } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChromium } from '../helpers/chromium.js';
import { freePort } from '../helpers/free-port.js';
import { findBarriers } from './find-barriers.js';
import { type Stage, startStage } from './stage.js';

interface Context {
  browser: Browser;
  stage: Stage;
  origin: string;
}

const secret = 'the-secret-of-anna';
const salt = Buffer.alloc(16, 7);
const hash = `scrypt:16384:8:1:${salt.toString('base64url')}:${scryptSync(secret, salt, 32).toString('base64url')}`;

/** An address of this machine that no browser trusts: over http it gets no `Sec-Fetch-Site` there. */
const address =
  Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1';

const test = suite<Context>('passwords');

test.before(async (context) => {
  const listen = `${address}:${await freePort()}`;
  context.browser = await startChromium(address);
  context.stage = await startStage(
    { http: { listen, users: { 'anna@example.com': hash } } },
    context.browser,
  );
  context.origin = `http://${listen}`;
});
test.after(async ({ stage, browser }) => {
  await stage.end();
  await browser.close();
});

test('Name and password lead to the page that was asked for, and a wrong one says so', async ({
  stage,
  origin,
}) => {
  const page = await stage.visit({ bypassCSP: true });
  await page.goto(`${origin}/report?days=7`);
  assert.equal((await findBarriers(page)).serious, []);
  await page.getByLabel('Name').fill('anna@example.com');
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  assert.is(await page.getByRole('alert').innerText(), 'Name or password is wrong.');
  assert.is(await page.getByLabel('Name').inputValue(), 'anna@example.com');
  assert.equal((await findBarriers(page)).serious, []);
  await page.getByLabel('Password').fill(secret);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${origin}/report?days=7`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  assert.is(page.url(), `${origin}/sign-in`);
});

test('A form of another site does nothing, also where the browser tells only its Origin', async ({
  stage,
  origin,
}) => {
  const page = await stage.visit();
  await page.goto(`${origin}/sign-in`);
  await page.getByLabel('Name').fill('anna@example.com');
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${origin}/accounts`);
  const other = await page.context().newPage();
  await other.setContent(
    `<form method="post" action="${origin}/sign-out"><button>Win a prize</button></form>`,
  );
  await other.getByRole('button').click();
  await other.waitForURL(`${origin}/sign-out`);
  assert.is(await other.getByRole('heading', { level: 1 }).innerText(), 'Another site sent this');
  await page.reload();
  assert.is(page.url(), `${origin}/accounts`);
});

test.run();
