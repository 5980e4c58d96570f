import { formatDuration } from '../core/duration.js';
import type { Style } from './style.js';
import { tableLines } from './table-lines.js';
import type { WireAccount } from './wire-status.js';

const fineStates = ['authorized', 'refreshing', 'password'];
const titles = ['ACCOUNT', 'MAILBOX', 'STATE', 'SIGNED IN AS', 'LAST SENT', 'LAST REPLY'];

/** What is needed to show the accounts. */
export interface AccountTable {
  readonly accounts: readonly WireAccount[];
  readonly style: Style;
  readonly now: Date;
  /** How many columns there are; absent where nothing is to be cut. */
  readonly width?: number | undefined;
  /** Whether a system error says that already; it is not said again. */
  readonly isSaid: (text: string) => boolean;
}

/**
 * How the accounts are doing: a table, and under the line of each account, indented, why it is in its state, what ends
 * and when, and what to do. Lines under an account may be longer than the table.
 */
export function accountTable({ accounts, style, now, width, isSaid }: AccountTable): readonly string[] {
  const ago = (date: Date | undefined) =>
    date ? `${formatDuration(now.getTime() - date.getTime())} ago` : '';
  const [head = '', ...lines] = tableLines({
    titles,
    rows: accounts.map(({ account, mailbox, state, authorizedAs = '', lastSentAt, lastReplyAt }) => [
      ...[account, mailbox, state, authorizedAs],
      ...[ago(lastSentAt), ago(lastReplyAt)],
    ]),
    width,
    spare: ['SIGNED IN AS', 'LAST REPLY', 'LAST SENT'],
    mark: (padded, title, cell) =>
      title === 'STATE' ? (fineStates.includes(cell) ? style.good(padded) : style.bad(padded)) : padded,
  });
  return [
    style.faint(head),
    ...accounts.flatMap((account, place) => [
      lines[place] ?? '',
      ...notes(account, style, now, isSaid).map((line) => `  ${line}`),
    ]),
  ];
}

function notes(
  { accessTokenExpiresAt, expiries, detail, since, nextTryAt, remedy, authorizationUrl }: WireAccount,
  { bad }: Style,
  now: Date,
  isSaid: (text: string) => boolean,
): string[] {
  const inTime = (date: Date) => `in ${formatDuration(date.getTime() - now.getTime())}`;
  const why = [
    since ? `for ${formatDuration(now.getTime() - since.getTime())}` : '',
    detail ?? '',
    nextTryAt && nextTryAt > now ? `next try ${inTime(nextTryAt)}` : '',
  ].filter(Boolean);
  const ends = (expiries ?? []).map(({ what, at, renewed, warnedDays, detail: reason }) => {
    const day = at.toISOString().slice(0, 10);
    const words = [
      `the ${what} ${at > now ? 'ends' : 'was to end'} on ${day}`,
      at > now ? `, ${inTime(at)}` : '',
      renewed ? ' unless it is refreshed, which happens by itself' : '',
      reason ? `: ${reason}` : '',
    ].join('');
    return warnedDays === undefined ? words : bad(words);
  });
  const token =
    accessTokenExpiresAt && accessTokenExpiresAt > now
      ? [`access token good for ${formatDuration(accessTokenExpiresAt.getTime() - now.getTime())}`]
      : [];
  const toDo = [remedy, authorizationUrl].flatMap((text) =>
    text === undefined || isSaid(text) ? [] : [text],
  );
  return [...(why.length > 0 ? [why.join(', ')] : []), ...token, ...ends, ...toDo];
}
