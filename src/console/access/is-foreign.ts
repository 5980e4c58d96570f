import type { Context } from 'hono';
import type { ConsoleEnv } from '../console-env.js';

/**
 * Whether a page of another origin sent this request, as far as the browser tells: by `Sec-Fetch-Site` (W3C Fetch
 * Metadata) where it sends that, which it does for https and localhost, else by `Origin` (RFC 6454 section 7). What
 * sends neither is no browser of these years, and has no cookie that it was not given.
 */
export function isForeign(c: Context<ConsoleEnv>, publicUrl: string | undefined): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = c.req.header('origin');
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const { protocol, host } = new URL(origin);
  const asked = `${protocol}//${c.req.header('host') ?? new URL(c.req.url).host}`;
  const ours = [asked, publicUrl ?? asked].filter((url) => URL.canParse(url)).map((url) => new URL(url).host);
  return !ours.includes(host);
}
