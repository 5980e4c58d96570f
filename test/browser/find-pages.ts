import type { Page } from 'playwright-core';

const mostPages = 100;

/**
 * The paths of the pages that links lead to from the page that is open, one of each shape: alerts differ by their ids, and
 * the pages of one list by their numbers, and one of them stands for all.
 */
export async function findPages(page: Page): Promise<readonly string[]> {
  const { origin } = new URL(page.url());
  const found = new Map<string, string>();
  const queue = [page.url()];
  for (let url = queue.shift(); url !== undefined && found.size < mostPages; url = queue.shift()) {
    const { pathname, search } = new URL(url);
    if (found.has(shapeOf(url))) continue;
    const answer = await page.request.get(url);
    if (!answer.headers()['content-type']?.startsWith('text/html')) continue;
    if (answer.status() !== 200) throw new Error(`A link leads to ${pathname}: ${answer.status()}.`);
    found.set(shapeOf(url), pathname + search);
    for (const [, href = ''] of (await answer.text()).matchAll(/<a [^>]*?href="([^"#]+)"/g)) {
      const next = new URL(href.replaceAll('&amp;', '&'), url);
      if (next.origin === origin && !/^\/(authorize|oauth)\//.test(next.pathname)) queue.push(next.href);
    }
  }
  return [...found.values()];
}

/** What an address has in common with those of its kind. */
function shapeOf(url: string): string {
  const { pathname, searchParams } = new URL(url);
  return [pathname.replace(/^(\/alerts)\/[^/]+/, '$1/ID'), ...new Set(searchParams.keys())].join(' ');
}
