import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventEmitter } from 'eventemitter3';
import type { Acknowledgement, AcknowledgeOutcome } from '../../src/core/acknowledgement.js';
import type { Alert, RaisedEvent } from '../../src/core/alert.js';
import type { MonitorHost } from '../../src/core/host.js';
import { quietLog } from './quiet-log.js';

/** A host for tests: it remembers what it was told. */
export interface TestHost extends MonitorHost {
  readonly events: EventEmitter;
  readonly acknowledged: { readonly acknowledgement: Acknowledgement; readonly alerts: readonly Alert[] }[];
  readonly systemErrors: string[];
  /** What the next acknowledgements come to; throwing is allowed. */
  answer: () => AcknowledgeOutcome;
  remove(): Promise<void>;
}

/** Makes a host with a data directory of its own, or with that of an earlier one. */
export async function createTestHost(settings: unknown, dir?: string): Promise<TestHost> {
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'ackmail-host-')));
  const sources = new Set<string>();
  const host: TestHost = {
    apiVersion: 1,
    name: 'test',
    settings,
    settingsDir: folder,
    dataDir: join(folder, 'data'),
    log: quietLog,
    events: new EventEmitter(),
    acknowledged: [],
    systemErrors: [],
    answer: () => 'acknowledged',
    async acknowledge(acknowledgement, alerts) {
      const outcome = host.answer();
      if (sources.has(acknowledgement.source)) return 'duplicate';
      sources.add(acknowledgement.source);
      host.acknowledged.push({ acknowledgement, alerts });
      return outcome;
    },
    reportSystemError(error, change) {
      host.systemErrors.push(`${change} ${error.code} ${error.subject}`);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  return host;
}

/** An alert event of a disk that fills up. */
export function firedEvent(name: string, more: Partial<RaisedEvent> = {}): RaisedEvent {
  const at = new Date();
  return {
    id: `${name}-fired-${at.getTime()}`,
    kind: 'fired',
    at,
    alert: {
      fingerprint: `test/${name}`,
      source: 'test',
      labels: { alertname: 'DiskFull', instance: name },
      annotations: { summary: `The disk of ${name} is 95 % full`, value: '95 %' },
      severity: 'critical',
      startsAt: at,
      url: `https://monitor.example.com/${name}`,
    },
    ...more,
  };
}

/** The end of what `fired` began. */
export function resolvedEvent(fired: RaisedEvent): RaisedEvent {
  const at = new Date();
  return {
    ...fired,
    id: `${fired.id}-resolved`,
    kind: 'resolved',
    at,
    alert: { ...fired.alert, endsAt: at },
  };
}
