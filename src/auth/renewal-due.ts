import type { Account } from '../core/account.js';
import type { GrantDocument } from './grant.js';
import { belongsTo } from './grant-change.js';
import type { Renewal } from './renewal.js';
import type { Trouble } from './trouble.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const idleMs = 24 * hourMs;

/**
 * When another access token is to be asked for: early before the end of this one, once a day at least, and after a
 * failure when its pause is over. Moments that only a clock which was set back can explain count as now.
 */
export function renewalDue(
  account: Account,
  renewal: Renewal,
  grant: GrantDocument | undefined,
  trouble: Trouble | undefined,
  now: Date,
): Date {
  const after = (delayMs: number) => new Date(now.getTime() + delayMs);
  if (trouble) return trouble.retryAt > after(hourMs) ? now : trouble.retryAt;
  const { accessToken, refreshedAt } = grant ?? {};
  if (!grant || !accessToken || !refreshedAt || refreshedAt > after(minuteMs)) return now;
  if (!belongsTo(grant, account)) return now;
  if (!renewal.isPossible(grant)) return accessToken.expiresAt;
  return new Date(Math.min(accessToken.renewAt.getTime(), refreshedAt.getTime() + idleMs));
}
