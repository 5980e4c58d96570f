import type { Action } from '../core/action.js';
import type { Clock } from '../core/clock.js';
import { Fault } from '../core/fault.js';
import { ownSource } from '../core/own-source.js';
import type { History, HistoryEntry } from '../core/store.js';
import type { SystemErrors } from '../core/system-error.js';
import type { Task } from './delivery-note.js';
import { eventFacts } from './event-facts.js';
import { createTurns } from './turns.js';

/** What is not tried any more, since it has waited too long, and who is told of that. */
export interface GivenUp {
  /** How long after it was due first something is given up, in milliseconds. */
  readonly afterMs: number;
  /**
   * Puts into the history what an action could not tell of, and tells people by a system error, which stands until
   * the action tells of something again. Both are done when this returns; called again after a crash, it counts
   * again what was counted then.
   */
  add(action: Action, tasks: readonly Task[], fault: Fault): Promise<void>;
  /** An action has told of something. */
  over(action: string): Promise<void>;
}

/** What giving up needs. */
export interface GivenUpSetup {
  readonly afterMs: number;
  readonly systemErrors: SystemErrors;
  readonly history: History;
  readonly clock: Clock;
}

interface Tally {
  readonly count: number;
  /** The last ones. */
  readonly names: readonly string[];
  readonly since: Date;
}

const code = 'ACTION_GAVE_UP';
const kind = 'given-up';
const mostNames = 20;
/** The history is written just before the error stands. */
const aheadMs = 60_000;
const none: Tally = { count: 0, names: [], since: new Date(8.64e15) };

/**
 * Makes the record of what was given up.
 *
 * A system error of Ackmail itself that is given up stands in the history alone: it stands in reports all the same,
 * and telling of it would have to be told in its turn.
 */
export function createGivenUp(setup: GivenUpSetup): GivenUp {
  const { systemErrors, history, clock } = setup;
  const inTurn = createTurns();
  const tallies = new Map<string, Tally>();

  const standing = (action: string) =>
    systemErrors.list().find((error) => error.code === code && error.subject === action);
  /** What was given up since the error stands; after a start the history knows it. */
  const tallyOf = async (action: string): Promise<Tally> => {
    const error = standing(action);
    const known = error ? tallies.get(action) : none;
    if (known || !error) return known ?? none;
    let tally = none;
    for await (const entry of history.since(new Date(error.since.getTime() - aheadMs)))
      if (entry.kind === kind && entry['action'] === action) tally = added(tally, entry);
    return tally;
  };
  const missedBy = async (action: Action, { event }: Task): Promise<readonly string[]> => {
    const recipients = Object.entries((await action.recipients?.(event)) ?? {});
    if (!recipients.some(([, { status }]) => status === 'accepted')) return [];
    return recipients.flatMap(([name, { status }]) =>
      status === 'pending' || status === 'deferred' ? [name] : [],
    );
  };
  const raise = async (action: string, { count, names, since }: Tally, fault: Fault) => {
    const earlier = count - names.length;
    const { message, remedy } = new Fault(code, {
      action,
      events: count === 1 ? '1 event' : `${count} events`,
      since: `${since.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      names: `${names.join('; ')}${earlier > 0 ? `; and ${earlier} more` : ''}`,
      detail: fault.message,
    });
    await systemErrors.raise({ code, subject: action, severity: 'critical', message, remedy });
  };

  return {
    afterMs: setup.afterMs,

    add: (action, tasks, fault) =>
      inTurn(action.name, async () => {
        const before = await tallyOf(action.name);
        let tally = before;
        for (const task of tasks) {
          const missed = await missedBy(action, task);
          const entry: HistoryEntry = {
            ...{ at: clock.now(), kind, action: action.name, ...eventFacts(task.event) },
            ...{ since: new Date(task.entry.firstDueMs).toISOString(), detail: fault.message },
            ...(missed.length > 0 ? { missed } : {}),
          };
          await history.append(entry);
          tally = added(tally, entry);
        }
        if (tally === before) return;
        await raise(action.name, tally, fault);
        tallies.set(action.name, tally);
      }),

    async over(action) {
      if (!standing(action)) return;
      tallies.delete(action);
      await systemErrors.clear(code, action);
    },
  };
}

function added(tally: Tally, { name, event, missed, source, since }: HistoryEntry): Tally {
  if (source === ownSource) return tally;
  const what = event === 'fired' ? '' : ` (${event})`;
  const whom = Array.isArray(missed) ? ` (not to ${missed.join(', ')})` : '';
  const dueAt = new Date(String(since));
  return {
    count: tally.count + 1,
    names: [...tally.names, `${name}${what}${whom}`].slice(-mostNames),
    since: dueAt < tally.since ? dueAt : tally.since,
  };
}
