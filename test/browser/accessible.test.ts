import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { consoleLink } from '../helpers/open-console.js';
import { findBarriers } from './find-barriers.js';
import { findPages } from './find-pages.js';
import { type FullHouse, openFullHouse } from './full-house.js';
import { type Stage, startStage } from './stage.js';

interface Context {
  /** Where nothing has happened yet. */
  empty: Stage;
  /** Where much has. */
  full: FullHouse;
}

const test = suite<Context>('accessible');
const outside = ['/sign-in', '/oauth/callback', '/nowhere'];

test.before(async (context) => {
  context.full = await openFullHouse();
  context.empty = await startStage();
});
test.after(async ({ empty, full }) => {
  await empty.end();
  await full.end();
});

/** axe on pages; prints what it counts. */
async function check(page: Page, origin: string, paths: readonly string[], what: string): Promise<void> {
  let [rules, minor] = [0, 0];
  for (const path of paths) {
    await page.goto(`${origin}${path}`);
    const found = await findBarriers(page);
    assert.equal(found.serious, [], `${what}: ${path}`);
    rules += found.kept;
    minor += found.minor.length;
    for (const text of found.minor) console.log(`${what}: ${path}: ${text}`);
  }
  console.log(`axe, ${what}: ${paths.length} pages, ${rules} rules kept, ${minor} minor, 0 serious`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious before the sign-in, ${colorScheme}`, async ({ empty }) => {
    const page = await empty.visit({ bypassCSP: true, colorScheme });
    await check(page, empty.origin, outside, `outside, ${colorScheme}`);
  });
  test(`axe finds nothing serious where nothing has happened yet, ${colorScheme}`, async ({ empty }) => {
    const page = await empty.signedIn({ bypassCSP: true, colorScheme });
    await check(page, empty.origin, await findPages(page), `empty, ${colorScheme}`);
    await page.goto(`${empty.origin}/accounts/alerts`);
    await page.getByRole('button', { name: 'Test Server: alerts' }).click({ noWaitAfter: true });
    await page.getByText('Waiting for the sign-in').waitFor();
    const { serious } = await findBarriers(page);
    assert.equal(serious, [], 'a test that waits for a sign-in');
    await page.close();
  });
  test(`axe finds nothing serious after a bad night, ${colorScheme}`, async ({ empty, full }) => {
    const page = await empty.visit({ bypassCSP: true, colorScheme });
    await page.goto(await consoleLink(full.story.host.dataDir, 'anna@example.com'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await check(page, full.origin, await findPages(page), `full, ${colorScheme}`);
  });
}

test('No page is wider than a phone', async ({ empty, full }) => {
  const viewport = { width: 375, height: 700 };
  const page = await empty.visit({ viewport });
  await page.goto(await consoleLink(full.story.host.dataDir, 'anna@example.com'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  for (const path of [...(await findPages(page)), ...outside]) {
    await page.goto(`${full.origin}${path}`);
    assert.is(await page.evaluate<number>('document.documentElement.scrollWidth'), viewport.width, path);
  }
});

test.run();
