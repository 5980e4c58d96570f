import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Acknowledgement, AcknowledgeOutcome } from '../../src/core/acknowledgement.js';
import type { Alert, RaisedEvent } from '../../src/core/alert.js';
import type { Clock } from '../../src/core/clock.js';
import type { Monitor, Raise } from '../../src/core/monitor.js';
import type { Collection, Store } from '../../src/core/store.js';
import { createAlertmanager } from '../../src/monitors/alertmanager.js';
import type { AlertmanagerSettings } from '../../src/monitors/alertmanager-api.js';
import { type SilenceRecord, silenceRecordType } from '../../src/monitors/silence-record.js';
import { createNetwork } from '../../src/network/create-network.js';
import { openStore } from '../../src/store/open-store.js';
import {
  fingerprintOf,
  type ScriptedAlertmanager,
  startScriptedAlertmanager,
} from '../helpers/alertmanager.js';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.js';
import { quietLog } from '../helpers/quiet-log.js';

/** A bridge before a scripted Alertmanager, with a real store and a clock that stands still. */
export interface AlertmanagerBench {
  readonly server: ScriptedAlertmanager;
  readonly clock: FakeClock;
  /** Everything that was raised. */
  readonly events: RaisedEvent[];
  readonly silences: Collection<SilenceRecord>;
  monitor(): Monitor;
  start(options?: { readonly raise?: Raise }): void;
  stop(): Promise<void>;
  /** Stops, and begins again with the same data directory, as after a restart of the program. */
  restart(): Promise<void>;
  /** The machine's clock leaps, as after it was suspended; Alertmanager's does not. */
  jump(durationMs: number): void;
  /** Lets time pass one poll after the other, each of which ends before the next one. */
  polls(count: number): Promise<void>;
  post(body: string, headers?: Record<string, string>): Promise<Response>;
  request(request: Request): Promise<Response>;
  /** The alert as the pipeline knows it, its id made from its labels. */
  alert(labels: Readonly<Record<string, string>>, startsAt?: Date): Alert;
  acknowledge(alerts: readonly Alert[], change?: Partial<Acknowledgement>): Promise<AcknowledgeOutcome>;
  kinds(): readonly string[];
  close(): Promise<void>;
}

/** `poll` and `resolvedAfter` of these tests: the defaults of the settings. */
export const pollMs = 30_000;
const resolvedAfterMs = 120_000;

export async function openAlertmanagerBench(
  change: Partial<AlertmanagerSettings> = {},
): Promise<AlertmanagerBench> {
  const clock = fakeClock();
  const server = await startScriptedAlertmanager(clock);
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-monitors-'));
  const network = createNetwork({ env: {} });
  const settings: AlertmanagerSettings = {
    type: 'alertmanager',
    url: server.url,
    insecure: false,
    poll: pollMs,
    resolvedAfter: resolvedAfterMs,
    ...change,
  };
  const key = randomBytes(32);
  const events: RaisedEvent[] = [];
  let store: Store;
  let silences: Collection<SilenceRecord>;
  let monitor: Monitor;
  let running: { readonly controller: AbortController; readonly ended: Promise<void> } | undefined;

  let asleep = 0;
  let aheadMs = 0;
  const watchedClock: Clock = {
    now: () => new Date(clock.now().getTime() + aheadMs),
    elapsedMs: clock.elapsedMs,
    async until(date, signal) {
      asleep += 1;
      await clock.until(new Date(date.getTime() - aheadMs), signal);
      asleep -= 1;
    },
  };
  /** Waits until the bridge has done its pass. */
  const sleeping = async () => {
    while (asleep === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  };

  const open = async () => {
    store = await openStore({ dir, key, clock });
    silences = store.collection('silences-prod', silenceRecordType);
    monitor = createAlertmanager({
      name: 'prod',
      settings,
      silences,
      network,
      clock: watchedClock,
      log: quietLog,
    });
  };
  await open();

  const bench: AlertmanagerBench = {
    server,
    clock,
    events,
    get silences() {
      return silences;
    },
    monitor: () => monitor,
    start({ raise } = {}) {
      const controller = new AbortController();
      const take: Raise = async (raised) => {
        events.push(...raised);
      };
      running = { controller, ended: monitor.start(raise ?? take, controller.signal) };
    },
    async stop() {
      running?.controller.abort();
      await running?.ended;
      running = undefined;
    },
    async restart() {
      await bench.stop();
      await store.close();
      await open();
      bench.start();
    },
    jump(durationMs) {
      aheadMs += durationMs;
    },
    async polls(count) {
      for (let poll = 0; poll < count; poll += 1) {
        await sleeping();
        await clock.forward(pollMs);
        await sleeping();
      }
    },
    post: (body, headers = {}) =>
      bench.request(
        new Request('http://localhost/monitors/prod', {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.25.0', ...headers },
        }),
      ),
    async request(request) {
      const route = monitor.routes.find(({ path }) => path === '');
      if (!route) throw new Error('The bridge has no route.');
      return route.handle(request);
    },
    alert: (labels, startsAt = clock.now()) => ({
      id: `id-${fingerprintOf(labels)}-${startsAt.getTime()}`,
      fingerprint: `prod/${fingerprintOf(labels)}`,
      source: 'prod',
      labels,
      annotations: { summary: 'it burns' },
      severity: 'critical',
      status: 'firing',
      startsAt,
    }),
    acknowledge: (alerts, acknowledgement = {}) =>
      monitor.apply(
        {
          kind: 'acknowledge',
          alertIds: alerts.map((alert) => alert.id),
          author: 'ops@example.com',
          comment: 'on it',
          at: clock.now(),
          source: '<reply-1@example.com>',
          ...acknowledgement,
        },
        alerts,
      ),
    kinds: () => events.map((event) => event.kind),
    async close() {
      await bench.stop();
      await store.close();
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return bench;
}
