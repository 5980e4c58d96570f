import type { Alert } from '../core/alert.js';
import type { Collection } from '../core/store.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import type { OutboxQueue } from './outbox-queue.js';
import { readAll } from './read-all.js';

/**
 * The alerts that something waits of in some queues, by their actions, and that are not among `ids`: as they were when
 * it was put, one after another, and again for each event that waits of them.
 */
export async function* alertsBeyond(
  ids: Iterable<string>,
  queues: Iterable<readonly [action: string, queue: Pick<OutboxQueue, 'entries'>]>,
  items: Pick<Collection<OutboxItem>, 'get'>,
): AsyncIterable<Alert> {
  const alertIds = [...ids];
  const beyond: string[] = [];
  for (const [action, queue] of queues) {
    const known = new Set(alertIds.map((id) => outboxName.group(action, id)));
    for (const { group, name } of queue.entries()) if (!known.has(group)) beyond.push(name);
  }
  for await (const { event } of readAll(items, beyond)) yield event.alert;
}
