import type { AlertEvent } from '../core/alert.js';
import type { Log } from '../core/host.js';
import type { Collection } from '../core/store.js';
import type { Task } from './delivery-note.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import type { OutboxEntry, OutboxQueue } from './outbox-queue.js';

/**
 * Makes the function that reads what an entry asks to tell of; nothing where its document is damaged, of which the
 * store tells a person, or where it was told already. Such an entry leaves the queue.
 */
export function createOutboxReader(deps: {
  readonly action: string;
  readonly queue: Pick<OutboxQueue, 'remove'>;
  readonly items: Collection<OutboxItem>;
  readonly log: Log;
  readonly wasTold: (action: string, event: AlertEvent) => boolean;
}): (entry: OutboxEntry) => Promise<readonly Task[]> {
  const { action, queue, items, log } = deps;

  /** A renaming that failed may have been done all the same: then the document stands under another name. */
  const find = async (entry: OutboxEntry): Promise<OutboxItem | undefined> => {
    const name = (await items.names()).find((each) => outboxName.read(each)?.key === entry.key);
    if (name === undefined) return undefined;
    entry.name = name;
    return items.get(name);
  };

  return async (entry) => {
    const event = entry.event ?? ((await items.get(entry.name)) ?? (await find(entry)))?.event;
    if (event === undefined) {
      if (entry.state === 'waiting')
        log.error({ action, document: entry.name }, 'A document of the outbox cannot be read.');
      queue.remove(entry);
      return [];
    }
    if (!deps.wasTold(action, event)) return [{ entry, event }];
    await items.delete(entry.name);
    queue.remove(entry);
    return [];
  };
}
