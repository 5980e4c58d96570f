import { shortHash } from './short-hash.js';

/**
 * The id of one firing: 13 characters of lower-case base32, made from the condition and from the event that
 * opened it, so that the same event delivered again after a crash gives the same id.
 */
export function alertId(fingerprint: string, openingEventId: string): string {
  return shortHash(13, fingerprint, openingEventId);
}
