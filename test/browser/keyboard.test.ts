import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Stage, startStage } from './stage.js';

interface Context {
  stage: Stage;
}

interface Focused {
  readonly name: string;
  /** It has a frame around it that can be seen. */
  readonly framed: boolean;
  readonly onScreen: boolean;
}

const test = suite<Context>('keyboard');
const lookAtFocus = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { left, width, height } = element.getBoundingClientRect();
  return {
    name: element === document.body ? '' : (element.textContent.trim() || element.getAttribute('aria-label') || element.name),
    framed: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
    onScreen: left >= 0 && width > 0 && height > 0,
  };
})()`;

test.before(async (context) => {
  context.stage = await startStage();
});
test.after(({ stage }) => stage.end());

/** Goes through a page with the Tab key until it has been everywhere. */
async function walk(page: Page): Promise<readonly Focused[]> {
  const seen: Focused[] = [];
  for (let step = 0; step < 200; step += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<Focused>(lookAtFocus);
    if (focused.name === '') break;
    seen.push(focused);
  }
  return seen;
}

test('Whoever has no mouse sees where they are, and comes to everything', async ({ stage }) => {
  const page = await stage.signedIn();
  for (const path of ['/accounts', '/accounts/alerts']) {
    await page.goto(`${stage.origin}${path}`);
    const seen = await walk(page);
    for (const { name, framed, onScreen } of seen) {
      assert.ok(framed, `${path}: ${name} has no frame when it has the focus`);
      assert.ok(onScreen, `${path}: ${name} has the focus and is not to be seen`);
    }
    const wanted = await page
      .locator('a, button:not([hidden]), input:not([type=hidden]), select, textarea, summary')
      .count();
    assert.ok(seen.length >= wanted, `${path}: ${seen.length} of ${wanted} are reached`);
    assert.is(seen[0]?.name, 'To the content');
  }
});

test('Enter follows the link that leads past the head of the page', async ({ stage }) => {
  const page = await stage.signedIn();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#content$/);
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate("document.querySelector('main').contains(document.activeElement)"));
});

test('Enter signs out', async ({ stage }) => {
  const page = await stage.signedIn();
  await page.getByRole('button', { name: 'Sign out' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
});

test.run();
