import { describe } from './fault.js';

/**
 * What went wrong when a URL was fetched, in a few words and with its host: `hooks.example.com: no answer in time`.
 *
 * Nothing else of the URL is told, since paths and queries of webhooks are secrets; `fetch` writes the whole of it
 * into some of its messages.
 */
export function fetchTrouble(thrown: unknown, url: string): string {
  const isTimeout = thrown instanceof Error && thrown.name === 'TimeoutError';
  const reason = isTimeout ? 'no answer in time' : withoutUrl(describe(innermost(thrown)), url);
  return `${new URL(url).host}: ${reason}`;
}

function innermost(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause instanceof Error ? innermost(thrown.cause) : thrown;
}

function withoutUrl(text: string, url: string): string {
  const { pathname, search, username, password } = new URL(url);
  return [url, new URL(url).href, `${pathname}${search}`, search, username, password]
    .filter((secret) => secret.length > 1)
    .reduce((clean, secret) => clean.replaceAll(secret, '…'), text);
}
