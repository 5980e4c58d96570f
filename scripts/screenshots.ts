import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { createConsole } from '../src/console/create-console.js';
import { listen } from '../src/console/listen.js';
import { openFullHouse } from '../test/browser/full-house.js';
import { openSampleDesk } from '../test/browser/sample-desk.js';
import { startChromium } from '../test/helpers/chromium.js';
import { freePort } from '../test/helpers/free-port.js';
import { consoleLink } from '../test/helpers/open-console.js';
import { quietLog } from '../test/helpers/quiet-log.js';
import { shrinkPng } from './shrink-png.js';

// Takes the pictures of docs/screenshots: npm run screenshots. Times stand still, and what is random (ports, tags) is written over,
// so that a second run changes nothing. Debian's chromium and fonts-inter are needed (npm run lab:install).

const folder = 'docs/screenshots';
const largestBytes = 150_000;
/** What is below is no longer looked at. */
const longest = 1_600;
const wide = { viewport: { width: 1_200, height: 600 } };
const phone = { viewport: { width: 375, height: 600 } };
const dark = { ...wide, colorScheme: 'dark' } as const;

// Without it, a machine's own idea of a plain font decides how the pictures look.
const temporary = await mkdtemp(join(tmpdir(), 'ackmail-screenshots-'));
process.env['FONTCONFIG_FILE'] = join(temporary, 'fonts.conf');
await writeFile(
  process.env['FONTCONFIG_FILE'],
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  ${['system-ui', 'sans-serif'].map((family) => `<match target="pattern"><test name="family"><string>${family}</string></test><edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`).join('')}
  </fontconfig>`,
);

const browser = await startChromium();
const tidying: (() => Promise<unknown>)[] = [() => browser.close(), () => rm(temporary, { recursive: true })];
let largest = 0;

/** A page of somebody who came by a link. */
async function enter(link: string | undefined, options: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  await page.goto(link ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/accounts');
  return page;
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(`(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      text.data = text.data
        .replace(/127\\.0\\.0\\.1:\\d+/g, 'chat.example.com:8443')
        .replace(/\\[#[a-z0-9]{10}\\]/g, '[#k3v9q2m7xa]');
    }
  })()`);
  const path = `${folder}/${name}.png`;
  const { width } = page.viewportSize() ?? wide.viewport;
  await page.setViewportSize({ width, height: 100 });
  const length = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width, height: Math.min(length, longest) });
  const picture = shrinkPng(await page.screenshot({ animations: 'disabled' }));
  await writeFile(path, picture);
  const size = picture.length;
  largest = Math.max(largest, size);
  console.log(`${path}: ${Math.round(size / 1_000)} kB`);
}

async function takeAccounts(): Promise<void> {
  const pressed = 'Test Server: alerts';
  for (const isWell of [true, false]) {
    const address = `127.0.0.1:${await freePort()}`;
    const face = createConsole({
      ...{ accounts: [], authorizationUrl: async () => '', log: quietLog, listen: address },
      complete: () => Promise.reject(new Error('Nobody signs in here.')),
      reportHeader: () => ({ text: '', html: '', json: [] }),
      health: () => ({ ok: true, detail: '' }),
      desk: await openSampleDesk(isWell),
    });
    const listening = await listen(face.fetch, address);
    tidying.unshift(() => listening.close());
    const link = () => face.mintLink('anna@contoso.com');
    const page = await enter(link(), wide);
    if (!isWell) {
      await page.goto(`http://${address}/accounts/alerts`);
      await page.getByRole('button', { name: pressed }).click({ noWaitAfter: true });
      await page.getByText('Waiting for the sign-in').waitFor();
      await take(page, 'test-server-sign-in');
      continue;
    }
    await take(page, 'accounts');
    await take(await enter(link(), phone), 'accounts-phone');
    await page.goto(`http://${address}/accounts/alerts`);
    await take(page, 'account');
    await page.getByRole('button', { name: pressed }).click({ noWaitAfter: true });
    await page.getByText('Everything works').waitFor();
    await take(page, 'test-server');
    const outside = await browser.newPage({ viewport: { width: 640, height: 300 } });
    await outside.goto(link() ?? '');
    await take(outside, 'sign-in');
  }
}

async function takeTheRest(): Promise<void> {
  const house = await openFullHouse();
  tidying.unshift(() => house.end());
  const link = () => consoleLink(house.story.host.dataDir, 'anna@example.com');
  const alert = `/alerts/${house.alertId()}`;
  const pages = {
    ...{ alerts: '/alerts', alert, outbox: '/outbox', replies: '/replies' },
    ...{ 'system-errors': '/system-errors', report: '/report' },
  };
  const page = await enter(await link(), wide);
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(`${house.origin}${path}`);
    await take(page, name);
  }
  for (const [suffix, options] of Object.entries({ dark, phone })) {
    const other = await enter(await link(), options);
    await other.goto(`${house.origin}${suffix === 'dark' ? '/alerts' : alert}`);
    await take(other, suffix === 'dark' ? 'alerts-dark' : 'alert-phone');
  }
}

try {
  await mkdir(folder, { recursive: true });
  await takeAccounts();
  await takeTheRest();
  if (largest > largestBytes) throw new Error(`A picture is larger than ${largestBytes / 1_000} kB.`);
} finally {
  for (const tidy of tidying) await tidy();
}
