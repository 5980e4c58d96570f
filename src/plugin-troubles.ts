import type { Outbox } from './actions/outbox.js';
import type { Clock } from './core/clock.js';
import { formatDuration } from './core/duration.js';
import type { WatchedMailbox } from './core/mail.js';
import type { SystemErrors } from './core/system-error.js';
import type { RoutedAction } from './plugin-actions.js';

/** How long an alert may be due. The longest backoff is as long: a server that puts a mail off is no trouble. */
const longestDueMs = 15 * 60_000;
/** How long the mailbox may be away. Connections end and are made anew all the time. */
const longestAwayMs = 5 * 60_000;

/** What the troubles are read from. */
export interface TroubleParts {
  readonly actions: readonly Pick<RoutedAction, 'action' | 'accounts'>[];
  readonly outbox: Pick<Outbox, 'status'>;
  /** The mailbox that is read for replies, and its account; undefined where none is. */
  readonly watched: { readonly account: string; readonly mailbox: Pick<WatchedMailbox, 'state'> } | undefined;
  readonly systemErrors: Pick<SystemErrors, 'list'>;
  readonly clock: Clock;
}

/**
 * Makes the function that says in a few words each what keeps alerts from being sent and replies from being read;
 * nothing when everything works. docs/heartbeat.md has the same in people's words.
 *
 * A mailbox that is not read for a moment has 5 minutes, counted from the first call that finds it so.
 */
export function createTroubles(parts: TroubleParts): () => readonly string[] {
  const { actions, outbox, watched, systemErrors, clock } = parts;
  let awaySince: Date | undefined;

  const fromErrors = () => {
    const critical = systemErrors.list().filter(({ severity }) => severity === 'critical');
    const standing = (subject: string) => critical.find((error) => error.subject === subject)?.code;
    const ended = critical.filter(({ code }) => code === 'HOST_PART_ENDED').map(({ code }) => code);
    const stuck = actions.flatMap(({ action: { name }, accounts }) => {
      const isClosed = accounts.length > 0 && accounts.every((account) => standing(account) !== undefined);
      const code = standing(name) ?? (isClosed ? standing(accounts[0] ?? '') : undefined);
      return code === undefined ? [] : [`${code} stands for the action ${name}`];
    });
    const code = watched && standing(watched.account);
    const unread = code === undefined ? [] : [`${code} stands for the mailbox of ${watched?.account}`];
    return [...ended, ...stuck, ...unread];
  };
  const fromOutbox = () =>
    actions.flatMap(({ action: { name } }) => {
      const { oldestDueAt } = outbox.status(name);
      const waitedMs = oldestDueAt ? clock.now().getTime() - oldestDueAt.getTime() : 0;
      return waitedMs <= longestDueMs ? [] : [`the action ${name} is behind by ${formatDuration(waitedMs)}`];
    });
  const fromMailbox = () => {
    const now = clock.now();
    if (!watched || watched.mailbox.state().state === 'watching') awaySince = undefined;
    // A moment in our future is from before the clock was set back.
    else if (awaySince === undefined || awaySince > now) awaySince = now;
    const awayMs = awaySince ? now.getTime() - awaySince.getTime() : 0;
    if (awayMs < longestAwayMs) return [];
    return [`the mailbox of ${watched?.account} has not been read for ${formatDuration(awayMs)}`];
  };

  return () => [...fromErrors(), ...fromOutbox(), ...fromMailbox()];
}
