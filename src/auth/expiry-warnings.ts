import type { Account } from '../core/account.js';
import { Fault } from '../core/fault.js';
import type { Expiry } from '../core/status.js';
import type { RaisedSystemError } from '../core/system-error.js';

const dayMs = 86_400_000;
const clientRemedies = {
  'client secret':
    'At the provider make a new client secret, put its Value into `clientSecret` and its end into ' +
    '`clientSecretExpires`, and restart; the old one works until it ends.',
  certificate:
    'Make a new certificate, upload it at the provider, put it into `certificate`, and restart; the old one ' +
    'works until it ends.',
} as const;

/** The warnings that are due, one for each step; where a person signs in is not among them yet. */
export function expiryWarnings(
  account: Account,
  expiries: readonly Expiry[],
  now: Date,
): readonly RaisedSystemError[] {
  return expiries.flatMap((expiry) => {
    const { warnedDays } = expiry;
    if (warnedDays === undefined) return [];
    const { code, message, remedy } = faultOf(account, expiry, now);
    const step = warnedDays === 1 ? '1 day' : `${warnedDays} days`;
    return [{ code, subject: account.name, severity: 'warning' as const, message, remedy, step }];
  });
}

function faultOf({ name, user }: Account, { what, at, renewed, detail, remedy }: Expiry, now: Date): Fault {
  const facts = { account: name, user, what, ends: endsText(at, now) };
  if (what !== 'sign-in')
    return new Fault('OAUTH_CLIENT_EXPIRING', { ...facts, remedy: clientRemedies[what] });
  if (renewed)
    return new Fault('OAUTH_SIGN_IN_EXPIRING', {
      ...facts,
      detail: 'it cannot be refreshed.',
      remedy:
        'Mend what keeps it from being refreshed, which another system error of the account tells. After that ' +
        'date somebody must sign in as {user}.',
    });
  return new Fault('OAUTH_SIGN_IN_EXPIRING', {
    ...facts,
    detail: `${detail ?? 'the provider ends it then, whatever is done'}.`,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** `ends on 2027-05-01, in 14 days`. */
function endsText(at: Date, now: Date): string {
  const [day = '', time = ''] = at.toISOString().split('T');
  const leftMs = at.getTime() - now.getTime();
  if (leftMs <= 0) return `was to end on ${day}`;
  const days = Math.ceil(leftMs / dayMs);
  return days === 1
    ? `ends on ${day} at ${time.slice(0, 5)} UTC, within a day`
    : `ends on ${day}, in ${days} days`;
}
