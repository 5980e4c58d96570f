import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What keeps somebody from using a page. */
export interface Barriers {
  /** How many rules of axe the page keeps to. */
  readonly kept: number;
  /** What is serious or critical: the rule, and the first places. */
  readonly serious: readonly string[];
  /** What is less than that. */
  readonly minor: readonly string[];
}

/** Looks at a page with axe; its context needs `bypassCSP`. */
export async function findBarriers(page: Page): Promise<Barriers> {
  await page.addScriptTag({ content: source });
  const { violations, passes } = await page.evaluate<AxeResults>('axe.run(document)');
  const told = violations.map(({ id, impact, help, nodes }) => ({
    serious: impact === 'serious' || impact === 'critical',
    text: `${id}: ${help}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`)}`,
  }));
  return {
    kept: passes.length,
    serious: told.filter(({ serious }) => serious).map(({ text }) => text),
    minor: told.filter(({ serious }) => !serious).map(({ text }) => text),
  };
}
