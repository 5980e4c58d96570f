import { isLoopback } from '../core/is-loopback.js';

/**
 * The proxy by which `url` is reached, by the customs of HTTPS_PROXY, HTTP_PROXY and NO_PROXY (either case).
 *
 * `chosen` is a proxy of the settings, in place of the first two. Mail (`smtp:`, `imap:`) goes where `https:`
 * goes, by CONNECT (RFC 9110 section 9.3.6). Loopback is never reached by a proxy.
 */
export function proxyFromEnvironment(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  chosen?: string,
): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host)) return undefined;
  const read = (name: string) => env[name] || env[name.toLowerCase()];
  const proxy = chosen ?? (protocol === 'http:' ? read('HTTP_PROXY') : read('HTTPS_PROXY'));
  if (!proxy || exempt(host, port, read('NO_PROXY') ?? '')) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function exempt(host: string, port: string, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (onlyPort && onlyPort !== port) return false;
      const suffix = name.replace(/^\*?\./, '');
      return host === suffix || host.endsWith(`.${suffix}`);
    });
}
