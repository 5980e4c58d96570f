import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OutboxEntry } from '../../src/actions/outbox-entry.js';
import { createOutboxQueue } from '../../src/actions/outbox-queue.js';

const at = (ms: number) => new Date(ms);

const entryOf = (group: string, order: number, more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  action: 'mail',
  group,
  key: `${group}-${order}`,
  name: `${group}-${order}`,
  dueMs: 0,
  firstDueMs: 0,
  order,
  priority: 0,
  attempt: 0,
  state: 'waiting',
  ...more,
});

test('A group is handed out once, with all its entries that are due, in order, until it is given back.', () => {
  const queue = createOutboxQueue();
  const [first, second, third] = [entryOf('a', 1), entryOf('a', 2), entryOf('a', 3, { dueMs: 500 })];
  for (const entry of [third, second, first]) queue.add(entry);
  assert.equal(queue.take(at(100)), { group: 'a', entries: [first, second] });
  assert.is(queue.take(at(1_000)), undefined);
  queue.remove(first);
  assert.is(first.state, 'gone');
  queue.release('a');
  assert.equal(queue.take(at(1_000)), { group: 'a', entries: [second, third] });
  queue.remove(second);
  queue.remove(third);
  assert.is(queue.waits('a'), false);
  queue.release('a');
  assert.is(queue.nextDueAt(), undefined);
});

test('A group waits for its first entry, and urgency counts among those that are due.', () => {
  const queue = createOutboxQueue();
  queue.add(entryOf('late', 1, { dueMs: 1_000, priority: 0 }));
  queue.add(entryOf('late', 2, { priority: 0 }));
  queue.add(entryOf('calm', 3, { priority: 3 }));
  queue.add(entryOf('risen', 4, { priority: 5 }));
  assert.equal(queue.nextDueAt(), at(0));
  queue.add(entryOf('risen', 5, { priority: 1 }));
  const groups = [1, 2, 3].map(() => queue.take(at(10))?.group);
  assert.equal(groups, ['risen', 'calm', undefined]);
  assert.equal(queue.nextDueAt(), at(1_000));
  assert.is(queue.take(at(1_000))?.group, 'late');
});

test('A clock that is set back hands out no empty batch.', () => {
  const queue = createOutboxQueue();
  for (const group of ['a', 'b']) queue.add(entryOf(group, 1, { dueMs: 1_000 }));
  assert.is(queue.take(at(1_000))?.entries.length, 1);
  assert.is(queue.take(at(10))?.entries.length, 1);
});

test('A clock that is set back leaves what failed its wait, and what is wanted later its date.', () => {
  const queue = createOutboxQueue();
  const hourMs = 3_600_000;
  const wrong = 10 * hourMs;
  queue.add(entryOf('new', wrong, { dueMs: wrong, firstDueMs: wrong }));
  queue.add(entryOf('failed', 1, { dueMs: wrong + 5_000, attempt: 1 }));
  queue.add(entryOf('asked', 2, { dueMs: wrong + hourMs }));
  queue.add(entryOf('wanted', 3, { dueMs: wrong, firstDueMs: wrong }));
  assert.is(queue.take(at(wrong - 1)), undefined);
  const right = wrong - 1 - 2 * hourMs;
  assert.is(queue.take(at(right)), undefined);
  assert.equal(queue.nextDueAt(), at(right + 1));
  assert.is(queue.take(at(right + 1))?.group, 'new');
  assert.is(queue.take(at(right + 5_000)), undefined);
  assert.is(queue.take(at(right + 5_001))?.group, 'failed');
  assert.is(queue.take(at(right + hourMs)), undefined);
  assert.is(queue.take(at(right + hourMs + 1))?.group, 'asked');
  assert.is(queue.take(at(wrong - 1)), undefined);
  assert.is(queue.take(at(wrong))?.group, 'wanted');
});

test('A hundred thousand groups cost their logarithm and not their square.', () => {
  const count = 100_000;
  const queue = createOutboxQueue();
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1)
    queue.add(entryOf(`g${index}`, index, { priority: index % 6, dueMs: count - index }));
  queue.flush(at(count));
  for (let taken = 0; taken < count; taken += 1) {
    const batch = queue.take(at(count));
    for (const entry of batch?.entries ?? []) queue.remove(entry);
    queue.release(batch?.group ?? '');
    queue.nextDueAt();
  }
  const { user, system } = process.cpuUsage(before);
  assert.is([...queue.entries()].length, 0);
  // It takes a fraction of a second; its square takes minutes.
  assert.ok(user + system < 8_000_000, `${user + system} microseconds`);
});

test.run();
