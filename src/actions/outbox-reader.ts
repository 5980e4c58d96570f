import type { Action } from '../core/action.js';
import type { AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/host.js';
import type { Collection, History } from '../core/store.js';
import type { Task } from './delivery-note.js';
import { noteWithdrawn } from './note-withdrawn.js';
import type { OutboxEntry } from './outbox-entry.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import type { OutboxQueue } from './outbox-queue.js';
import type { Review } from './review.js';

/** What there is to tell of some entries of a group. */
export interface ReadEntries {
  readonly tasks: readonly Task[];
  /** The entries that wait for another date, and those behind them. */
  readonly later: readonly OutboxEntry[];
}

/**
 * Makes the function that reads what the entries of a group ask to tell of. An entry leaves the queue where it was
 * told already, where it has been overtaken, and where its document is damaged, of which the store tells a person.
 *
 * What somebody has been told of is told to the others, too.
 */
export function createOutboxReader(deps: {
  readonly action: Pick<Action, 'name' | 'recipients'>;
  readonly queue: Pick<OutboxQueue, 'remove' | 'redate'>;
  readonly items: Collection<OutboxItem>;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
  readonly wasTold: (action: string, event: AlertEvent) => boolean;
  readonly review?: Review;
}): (entries: readonly OutboxEntry[]) => Promise<ReadEntries> {
  const { action, queue, items, log } = deps;

  /** A renaming that failed may have been done all the same: then the document stands under another name. */
  const find = async (entry: OutboxEntry): Promise<OutboxItem | undefined> => {
    const name = (await items.names()).find((each) => outboxName.read(each)?.key === entry.key);
    if (name === undefined) return undefined;
    entry.name = name;
    return items.get(name);
  };
  const drop = async (entry: OutboxEntry) => {
    await items.delete(entry.name);
    queue.remove(entry);
  };
  const hasBegun = async (event: AlertEvent) => {
    const recipients = Object.values((await action.recipients?.(event)) ?? {});
    return recipients.some(({ status }) => status === 'accepted');
  };

  /** The event to tell of; `later` where it waits for another date. */
  const read = async (entry: OutboxEntry, follows: boolean): Promise<AlertEvent | 'later' | undefined> => {
    const event = entry.event ?? ((await items.get(entry.name)) ?? (await find(entry)))?.event;
    if (event === undefined) {
      if (entry.state === 'waiting')
        log.error({ action: action.name, document: entry.name }, 'A document of the outbox cannot be read.');
      queue.remove(entry);
      return undefined;
    }
    if (deps.wasTold(action.name, event)) {
      await drop(entry);
      return undefined;
    }
    const firstDueAt = new Date(entry.firstDueMs);
    const verdict = deps.review?.(action.name, event, { firstDueAt, follows }) ?? { tell: event };
    if ('tell' in verdict) return verdict.tell;
    if (await hasBegun(event)) return event;
    if ('over' in verdict) {
      await noteWithdrawn(deps, action.name, event, verdict.over);
      await drop(entry);
      return undefined;
    }
    const dueMs = verdict.later.getTime();
    const name = outboxName.mint({ ...entry, dueMs, firstDueMs: dueMs, attempt: 0 });
    await items.rename(entry.name, name);
    queue.redate(entry, name, dueMs);
    return 'later';
  };

  return async (entries) => {
    const tasks: Task[] = [];
    for (const [index, entry] of entries.entries()) {
      const event = await read(entry, tasks.length > 0);
      if (event === 'later') return { tasks, later: entries.slice(index) };
      if (event) tasks.push({ entry, event });
    }
    return { tasks, later: [] };
  };
}
