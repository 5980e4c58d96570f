import type { Action } from '../core/action.js';
import type { AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/host.js';
import type { Collection, History } from '../core/store.js';
import type { Task } from './delivery-note.js';
import { noteWithdrawn } from './note-withdrawn.js';
import type { OutboxBatch, OutboxEntry } from './outbox-entry.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import type { OutboxQueue } from './outbox-queue.js';
import type { Review } from './review.js';

/** What there is to tell of some batches. */
export interface ReadEntries {
  readonly tasks: readonly Task[];
  /** The entries that wait for another date, and those behind them. */
  readonly later: readonly OutboxEntry[];
  /** Why groups could not be read; they are in neither of the two, and still wait. */
  readonly thrown: readonly unknown[];
}

/**
 * Makes the function that reads what batches ask to tell of. An entry leaves the queue where it was
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
}): (batches: readonly OutboxBatch[]) => Promise<ReadEntries> {
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
    const place = { firstDueAt: new Date(entry.firstDueMs), follows, isUrged: entry.isUrged ?? false };
    const verdict = deps.review?.(action.name, event, place) ?? { tell: event };
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

  const readGroup = async (entries: readonly OutboxEntry[]): Promise<ReadEntries> => {
    const tasks: Task[] = [];
    for (const [index, entry] of entries.entries()) {
      const event = await read(entry, tasks.length > 0);
      if (event === 'later') return { tasks, later: entries.slice(index), thrown: [] };
      if (event) tasks.push({ entry, event });
    }
    return { tasks, later: [], thrown: [] };
  };

  return async (batches) => {
    // One that the disk does not give back holds up no other that would be told with it.
    const failed = (error: unknown): ReadEntries => ({ tasks: [], later: [], thrown: [error] });
    const groups = await Promise.all(batches.map(({ entries }) => readGroup(entries).catch(failed)));
    return {
      tasks: groups.flatMap(({ tasks }) => tasks),
      later: groups.flatMap(({ later }) => later),
      thrown: groups.flatMap(({ thrown }) => thrown),
    };
  };
}
