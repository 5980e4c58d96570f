import { formatDuration } from '../core/duration.js';
import type { Style } from './style.js';
import type { WireAccount } from './wire-status.js';

const fineStates = ['authorized', 'refreshing', 'password'];

/**
 * How one account is doing: its state, why it is in it, what ends and when, and what to do, each on a line of its
 * own. What a system error says already is not said again.
 */
export function accountLines(
  account: WireAccount,
  { good, bad }: Style,
  now: Date,
  isSaid: (text: string) => boolean,
): string[] {
  const { state, authorizedAs, accessTokenExpiresAt, expiries, detail, since, nextTryAt } = account;
  const { remedy, authorizationUrl } = account;
  const inTime = (date: Date) => `in ${formatDuration(date.getTime() - now.getTime())}`;
  const first = [
    fineStates.includes(state) ? good(state) : bad(state),
    since ? `for ${formatDuration(now.getTime() - since.getTime())}` : '',
    authorizedAs ? `as ${authorizedAs}` : '',
    accessTokenExpiresAt && accessTokenExpiresAt > now
      ? `access token good for ${formatDuration(accessTokenExpiresAt.getTime() - now.getTime())}`
      : '',
    detail ?? '',
    nextTryAt && nextTryAt > now ? `next try ${inTime(nextTryAt)}` : '',
  ].filter(Boolean);
  const ends = (expiries ?? []).map(({ what, at, renewed, warnedDays, detail: why }) => {
    const day = at.toISOString().slice(0, 10);
    const words = [
      `the ${what} ${at > now ? 'ends' : 'was to end'} on ${day}`,
      at > now ? `, ${inTime(at)}` : '',
      renewed ? ' unless it is refreshed, which happens by itself' : '',
      why ? `: ${why}` : '',
    ].join('');
    return warnedDays === undefined ? words : bad(words);
  });
  const toDo = [remedy, authorizationUrl].filter((text) => text !== undefined && !isSaid(text));
  return [
    `${account.account} (${account.mailbox}): ${first.join(', ')}`,
    ...[...ends, ...toDo].map((line) => `  ${line}`),
  ];
}
