import { isLoopback } from '../core/is-loopback.js';

/** Whether nobody between us and an http URL can read along: https, or this machine itself. */
export function isSafeUrl(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname);
}
