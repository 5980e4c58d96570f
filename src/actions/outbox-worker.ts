import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Action, ActionResult } from '../core/action.js';
import type { AlertEvent } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import { describe, Fault } from '../core/fault.js';
import type { Delivery, Log } from '../core/host.js';
import type { Collection, History } from '../core/store.js';
import { backoffMs } from './backoff.js';
import { createDeliveryNote, type Task } from './delivery-note.js';
import { endWithin } from './end-within.js';
import type { GivenUp } from './given-up.js';
import { createLastTry } from './last-try.js';
import type { OutboxBatch, OutboxEntry } from './outbox-entry.js';
import type { OutboxItem } from './outbox-item.js';
import { outboxName } from './outbox-name.js';
import type { OutboxQueue } from './outbox-queue.js';
import { createOutboxReader } from './outbox-reader.js';
import type { Review } from './review.js';

/** What the worker of one action needs. */
export interface OutboxWorkerSetup {
  readonly action: Action;
  readonly queue: OutboxQueue;
  readonly items: Collection<OutboxItem>;
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
  /** How many groups it has under way at most. */
  readonly concurrency: number;
  readonly onDone: (action: string, events: readonly AlertEvent[]) => Promise<void>;
  readonly wasTold: (action: string, event: AlertEvent) => boolean;
  readonly review?: Review;
  readonly onDelivery: (delivery: Delivery) => void;
  /** Absent: nothing is ever given up. */
  readonly givenUp?: GivenUp;
}

/** Works through the queue of one action. */
export interface OutboxWorker {
  /** Tells what is due until `signal` is aborted; then lets what is under way end, 8 seconds at most. */
  run(signal: AbortSignal): Promise<void>;
  /** Something was put. */
  wake(): void;
  /** Makes due now whatever waits for another try, and what is being tried while this is called. */
  flush(): void;
  /** Why the last try failed; undefined when it did not. */
  lastFault(): Fault | undefined;
}

type Deferred = NonNullable<ActionResult['deferred']>;

const politeEndMs = 5_000;
const forcedEndMs = 3_000;
const longestWaitMs = 86_400_000;
const shortestWaitMs = 100;
/** Where an action asks for no longer a wait than this, that is not worth a write: after a start it is tried at once. */
const unwrittenWaitMs = 60_000;
/** A reason of its own: without one each abort makes an error with its stack, which costs as much as a write. */
const woken = 'woken';

/** Makes the worker of one action; see outbox.ts for the algorithm. */
export function createOutboxWorker(setup: OutboxWorkerSetup): OutboxWorker {
  const { action, queue, items, clock, log } = setup;
  const note = createDeliveryNote({ ...setup, action: action.name });
  let waker = new AbortController();
  let flushes = 0;
  let lastFault: Fault | undefined;

  const lastTry = createLastTry({ afterMs: setup.givenUp?.afterMs, clock });
  const after = (waitMs: number) => new Date(clock.now().getTime() + waitMs);
  const read = createOutboxReader(setup);
  const deferredBy = (thrown: unknown): Deferred => ({ fault: actionFault(action.name, thrown) });

  const drop = async (entry: OutboxEntry) => {
    await items.delete(entry.name);
    queue.remove(entry);
  };

  /** The record before the document: a crash in between is healed by `wasTold`, the other order tells twice. */
  const settle = async (tasks: readonly Task[]) => {
    const told = tasks.filter(({ entry }) => entry.state === 'told');
    if (told.length === 0) return;
    const events = told.map(({ event }) => event);
    await setup.onDone(action.name, events);
    await Promise.all(told.map(({ entry }) => drop(entry)));
    lastFault = undefined;
    await setup.givenUp?.over(action.name);
    await note({ tasks: told, status: 'delivered', isNews: true });
  };

  /** What has waited too long leaves. Only after a person was told: a crash in between tells twice. */
  const giveUp = async (tasks: readonly Task[], { fault }: Deferred) => {
    const nowMs = clock.now().getTime();
    const late = tasks.filter(({ entry }) => entry.state === 'waiting' && lastTry.ms(entry) <= nowMs);
    if (late.length === 0) return;
    await setup.givenUp?.add(action, late, fault);
    await Promise.all(late.map(({ entry }) => drop(entry)));
    await note({ tasks: late, status: 'given-up', detail: fault.message, isNews: false });
  };

  const defer = async (
    groups: readonly (readonly OutboxEntry[])[],
    tasks: readonly Task[],
    { fault, retryAt }: Deferred,
    flushed: boolean,
  ) => {
    const nowMs = clock.now().getTime();
    const askedMs = (retryAt?.getTime() ?? Number.NaN) - nowMs;
    const heads = groups.flatMap(([head]) => head ?? []);
    // What failed together comes back together, or one mail about many would become many.
    const chance = Math.random();
    for (const head of heads) {
      head.tries = (head.tries ?? head.attempt) + 1;
      head.why = fault.message;
      if (Number.isNaN(askedMs)) head.attempt += 1;
      const waitMs = Number.isNaN(askedMs)
        ? backoffMs(head.attempt, () => chance)
        : Math.min(Math.max(askedMs, shortestWaitMs), longestWaitMs);
      const lastMs = lastTry.ms(head);
      head.dueMs = Math.min(nowMs + (flushed ? 0 : waitMs), lastMs > nowMs ? lastMs : Infinity);
    }
    const isNews = fault.code !== lastFault?.code;
    lastFault = fault;
    const facts = { action: action.name, code: fault.code, attempt: heads[0]?.attempt };
    if (isNews) log.warn(facts, fault.message);
    else log.debug(facts, fault.message);
    const left = tasks.filter(({ entry }) => entry.state !== 'gone');
    await note({ tasks: left, status: 'deferred', detail: fault.message, isNews });
    // Not at once, or many that wait would let nobody else have a turn.
    if (askedMs <= unwrittenWaitMs) return nextTurn();
    // Read again at the next try, which may be days away, and finds out what name the document has.
    for (const entry of groups.flat()) delete entry.event;
    await Promise.all(
      heads.map(async (head) => {
        const name = outboxName.mint(head);
        await items.rename(head.name, name);
        head.name = name;
      }),
    );
  };

  const tell = async (batches: readonly OutboxBatch[], signal: AbortSignal, isClosed: () => boolean) => {
    const flushesBefore = flushes;
    let tasks: readonly Task[] = [];
    let later: readonly OutboxEntry[] = [];
    let deferred: Deferred | undefined;
    try {
      const found = await read(batches);
      ({ tasks, later } = found);
      [deferred] = found.thrown.map(deferredBy);
      await settle(tasks);
      const open = tasks.filter(({ entry }) => entry.state === 'waiting');
      if (open.length > 0 && !signal.aborted) {
        const result = await action.execute(
          open.map(({ event }) => event),
          signal,
        );
        deferred = result.deferred ?? deferred;
        for (const { entry, event } of open) if (result.done.includes(event.id)) entry.state = 'told';
        if (!isClosed()) await settle(open);
      }
    } catch (thrown) {
      deferred = deferredBy(thrown);
    }
    // A try that the stop broke off is no failure: the name stays, and the next start tries it at once.
    if (signal.aborted) return;
    if (leftOf(batches, later).length === 0) return;
    deferred ??= deferredBy('it did not say what came of the event');
    await giveUp(tasks, deferred).catch((thrown: unknown) =>
      log.warn({ action: action.name }, describe(thrown)),
    );
    const left = leftOf(batches, later);
    if (left.length > 0) await defer(left, tasks, deferred, flushes !== flushesBefore);
  };

  const takeUpTo = (groups: number): readonly OutboxBatch[] => {
    const batches: OutboxBatch[] = [];
    while (batches.length < groups) {
      const batch = queue.take(clock.now());
      if (batch === undefined) break;
      batches.push(batch);
    }
    return batches;
  };

  return {
    async run(signal) {
      lastTry.startRun();
      const ending = new AbortController();
      const underWay = new Set<Promise<void>>();
      let closed = false;
      const wake = () => waker.abort(woken);
      signal.addEventListener('abort', wake, { once: true });

      const launch = (batches: readonly OutboxBatch[]) => {
        const turn = tell(batches, ending.signal, () => closed)
          .catch((thrown: unknown) => log.warn({ action: action.name }, describe(thrown)))
          .finally(() => {
            underWay.delete(turn);
            for (const { group } of batches) queue.release(group);
            wake();
          });
        underWay.add(turn);
      };
      while (!signal.aborted) {
        waker = new AbortController();
        let notBefore: Date | undefined;
        while (underWay.size < setup.concurrency && queue.isDue(clock.now())) {
          const pace = action.pace?.(queue.wasDated() ? 'together' : undefined) ?? 1;
          if (typeof pace !== 'number') {
            notBefore = pace;
            break;
          }
          launch(takeUpTo(pace));
        }
        const hasRoom = underWay.size < setup.concurrency;
        const next = notBefore ?? (hasRoom ? queue.nextDueAt() : undefined);
        await clock.until(next ?? after(longestWaitMs), waker.signal);
      }

      await endWithin(politeEndMs, underWay, clock);
      ending.abort();
      await endWithin(forcedEndMs, underWay, clock);
      closed = true;
    },
    wake: () => waker.abort(woken),
    flush() {
      flushes += 1;
      queue.flush(clock.now());
      waker.abort(woken);
    },
    lastFault: () => lastFault,
  };
}

/** What was tried and is not settled, by its groups. */
function leftOf(
  batches: readonly OutboxBatch[],
  later: readonly OutboxEntry[],
): readonly (readonly OutboxEntry[])[] {
  return batches
    .map((batch) => batch.entries.filter((entry) => entry.state !== 'gone' && !later.includes(entry)))
    .filter((group) => group.length > 0);
}

function actionFault(action: string, thrown: unknown): Fault {
  return Fault.from(thrown, (detail, cause) => new Fault('ACTION_FAILED', { action, detail }, cause));
}
