import type { Settings } from '../core/settings.js';

/** Where a sign-in comes back to unless the settings say otherwise; the provider must know it to the letter. */
export function defaultRedirectUri({
  publicUrl,
  listen,
}: Pick<Settings['http'], 'publicUrl' | 'listen'>): string {
  if (publicUrl) return `${publicUrl.replace(/\/$/, '')}/oauth/callback`;
  // Entra's portal takes no 127.0.0.1, and http only with the name localhost.
  return `http://localhost:${listen?.split(':').at(-1) ?? '8025'}/oauth/callback`;
}
