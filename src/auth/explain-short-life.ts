import type { GrantLife } from '../core/grant-life.js';
import type { GrantDocument } from './grant.js';
import type { Refusal } from './refusals.js';

const dayMs = 86_400_000;

/**
 * Says why a sign-in was refused that died about when those do that are short at its provider: such a refusal
 * names no reason (Google's `invalid_grant` after 7 days in "Testing"), and would come again and again.
 */
export function explainShortLife(
  refusal: Refusal,
  { signedInAt, refusal: before }: GrantDocument,
  life: GrantLife | undefined,
  now: Date,
): Refusal {
  if (!life || !signedInAt || refusal.code !== 'invalid_grant') return refusal;
  // It is tried again for as long as nobody signs in, and then at another age.
  if (before?.code === refusal.code) return { ...refusal, reason: before.reason, remedy: before.remedy };
  const { days, reason, remedy } = life.short;
  const ageDays = (now.getTime() - signedInAt.getTime()) / dayMs;
  // It is seen at the next refresh, at most some hours later unless the machine was off.
  if (ageDays < days - 0.5 || ageDays > days + 1) return refusal;
  return { ...refusal, reason: `it ended ${days} days after the sign-in: ${reason} (invalid_grant)`, remedy };
}
