import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertType } from '../../src/actions/alert-record.js';
import { createGivenUp } from '../../src/actions/given-up.js';
import { createOutbox } from '../../src/actions/outbox.js';
import { outboxItemType } from '../../src/actions/outbox-item.js';
import { createPipeline } from '../../src/actions/pipeline.js';
import type { Route } from '../../src/actions/route.js';
import type { Action, ActionResult } from '../../src/core/action.js';
import type { AlertEvent, RaisedAlert, RaisedEvent } from '../../src/core/alert.js';
import type { Clock } from '../../src/core/clock.js';
import type { Delivery, Log } from '../../src/core/host.js';
import { standingErrorsType } from '../../src/reports/standing-errors.js';
import { systemErrorEvent } from '../../src/reports/system-error-event.js';
import { createSystemErrors } from '../../src/reports/system-errors.js';
import { openStore } from '../../src/store/open-store.js';
import { fakeClock } from '../helpers/fake-clock.js';

/** An action that keeps what it was handed; `answer` may be changed while it runs. */
export interface RecordingAction extends Action {
  readonly tries: AlertEvent[][];
  answer: (events: readonly AlertEvent[], signal: AbortSignal) => Promise<ActionResult>;
  /** What it told of, as `kind of event id`. */
  told(): readonly string[];
}

export const toldAll = async (events: readonly AlertEvent[]): Promise<ActionResult> => ({
  done: events.map((event) => event.id),
});

export function recordingAction(name: string, answer: RecordingAction['answer'] = toldAll): RecordingAction {
  const done: string[] = [];
  const tries: AlertEvent[][] = [];
  return {
    name,
    tries,
    answer,
    told: () => done,
    async execute(events, signal) {
      tries.push([...events]);
      const result = await this.answer(events, signal);
      for (const event of events) if (result.done.includes(event.id)) done.push(`${event.kind} ${event.id}`);
      return result;
    },
    async close() {},
  };
}

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface Line {
  readonly level: string;
  readonly message: string;
}

/** A log that keeps its lines. */
export function keepingLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: string) => (_: object, message: string) => lines.push({ level, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export interface WorkshopSetup {
  readonly dir: string;
  readonly clock?: Clock;
  readonly actions?: readonly Action[];
  readonly routes?: readonly Route[];
  readonly concurrency?: Readonly<Record<string, number>>;
  readonly giveUpAfterMs?: number;
}

/** Pipeline and outbox over a real store, as the plugin wires them; not started. */
export async function openWorkshop({
  dir,
  clock = fakeClock(),
  actions = [],
  routes,
  concurrency,
  giveUpAfterMs,
}: WorkshopSetup) {
  const store = await openStore({ dir, key: Buffer.alloc(32, 7), clock });
  const items = store.collection('outbox', outboxItemType);
  const alerts = store.collection('alerts', alertType);
  const deliveries: Delivery[] = [];
  const log = keepingLog();
  const systemErrors = createSystemErrors({
    document: store.collection('system-errors', standingErrorsType),
    ...{ clock, log, history: store.history },
    async onChange(error, change) {
      await pipeline.handle(systemErrorEvent(error, change, clock.now()));
    },
  });
  await systemErrors.load();
  const outbox = createOutbox({
    items,
    actions,
    clock,
    log,
    history: store.history,
    ...(concurrency ? { concurrency } : {}),
    onDone: (action, events) => pipeline.recordTold(action, events),
    wasTold: (action, event) => pipeline.wasTold(action, event),
    review: (...due) => pipeline.review(...due),
    onDelivery: (delivery) => deliveries.push(delivery),
    ...(giveUpAfterMs === undefined
      ? {}
      : {
          givenUp: createGivenUp({ afterMs: giveUpAfterMs, systemErrors, history: store.history, clock }),
        }),
  });
  const pipeline = createPipeline({
    alerts,
    outbox,
    routes: routes ?? actions.map(({ name }) => route(name)),
    clock,
    log,
    history: store.history,
  });
  const stopping = stoppedAtEnd();
  let running: Promise<unknown> = Promise.resolve();
  return {
    store,
    items,
    alerts,
    outbox,
    pipeline,
    systemErrors,
    deliveries,
    log,
    async start() {
      await pipeline.load();
      running = Promise.all([outbox.start(stopping.signal), pipeline.start(stopping.signal)]);
    },
    async stop() {
      stopping.abort();
      await running;
      await store.close();
    },
  };
}

export const hourMs = 3_600_000;

export function route(action: string, more: Partial<Route> = {}): Route {
  return { action, repeatMs: 4 * hourMs, wants: () => true, ...more };
}

export const start = new Date('2026-03-01T03:00:00Z');

export function raisedAlert(more: Partial<RaisedAlert> = {}): RaisedAlert {
  return {
    fingerprint: 'prod/a',
    source: 'prod',
    labels: { alertname: 'DiskFull', instance: 'db1' },
    annotations: { summary: 'Disk is full' },
    severity: 'critical',
    startsAt: start,
    ...more,
  };
}

export function raised(
  id: string,
  kind: RaisedEvent['kind'] = 'fired',
  alert: Partial<RaisedAlert> = {},
  at: Date = alert.startsAt ?? start,
): RaisedEvent {
  return { id, kind, at, alert: raisedAlert(alert) };
}

/** An event with its alert, as the pipeline puts it into the outbox. */
export function alertEvent(id: string, alertId: string, kind: AlertEvent['kind'] = 'fired'): AlertEvent {
  return { id, kind, at: start, alert: { ...raisedAlert(), id: alertId, status: 'firing' } };
}

const running = new Set<AbortController>();

/** What is aborted when the test has ended, also one that failed, so that the process ends. */
export function stoppedAtEnd(): AbortController {
  const controller = new AbortController();
  running.add(controller);
  return controller;
}

/** Runs a test in a data directory of its own and removes it afterwards. */
export async function inFolder(task: (dir: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'ackmail-actions-'));
  try {
    await task(join(parent, 'data'));
  } finally {
    for (const controller of running) controller.abort();
    running.clear();
    await rm(parent, { recursive: true, force: true });
  }
}

/** Waits until something is so; fails after ten seconds. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`It never came: ${what}`);
}
