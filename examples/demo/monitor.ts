import { join } from 'node:path';
import { EventEmitter } from 'eventemitter3';
import type { Acknowledgement, Alert, MonitorHost, RaisedEvent } from '../../src/index.js';

/** A monitor of one check, which hosts Ackmail. */
export interface Monitor extends MonitorHost {
  readonly events: EventEmitter;
  /** What people said about its alerts, oldest first. */
  readonly acknowledgements: { readonly said: Acknowledgement; readonly alerts: readonly Alert[] }[];
}

/** Makes a monitor that keeps everything below `dir`, and hands on what Ackmail warns of. */
export function createMonitor(settings: unknown, dir: string, onWarning: (message: string) => void): Monitor {
  const acknowledgements: Monitor['acknowledgements'] = [];
  const warn = (_: object, message: string) => onWarning(message);
  return {
    apiVersion: 1,
    name: 'demo',
    settings,
    settingsDir: dir,
    dataDir: join(dir, 'data'),
    log: { debug() {}, info() {}, warn, error: warn },
    events: new EventEmitter(),
    acknowledgements,
    async acknowledge(said, alerts) {
      if (acknowledgements.some((earlier) => earlier.said.source === said.source)) return 'duplicate';
      acknowledgements.push({ said, alerts });
      return 'acknowledged';
    },
  };
}

/** The disk of a machine fills up. */
export function diskFull(instance: string): RaisedEvent {
  const at = new Date();
  return {
    id: `disk-${instance}-${at.getTime()}`,
    kind: 'fired',
    at,
    alert: {
      fingerprint: `demo/disk-${instance}`,
      source: 'demo',
      labels: { alertname: 'DiskFull', instance },
      annotations: { summary: `The disk of ${instance} is 97 % full`, value: '97 %' },
      severity: 'critical',
      startsAt: at,
      url: `https://monitor.example.com/${instance}`,
    },
  };
}

/** There is room again. */
export function roomAgain(fired: RaisedEvent): RaisedEvent {
  const at = new Date();
  return {
    ...fired,
    id: `${fired.id}-resolved`,
    kind: 'resolved',
    at,
    alert: { ...fired.alert, endsAt: at },
  };
}
