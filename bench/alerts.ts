import type { RaisedEvent } from '../src/index.js';

let count = 0;

/** Alerts as Prometheus sends them, each the first firing of a condition of its own. */
export function uniqueAlerts(howMany: number): readonly RaisedEvent[] {
  return Array.from({ length: howMany }, () => {
    count += 1;
    const instance = `db${count}.example.com:9100`;
    const at = new Date();
    return {
      id: `event-${count}`,
      kind: 'fired',
      at,
      alert: {
        fingerprint: `bench/${count}`,
        source: 'bench',
        labels: {
          alertname: 'DiskWillFillIn4Hours',
          instance,
          job: 'node',
          device: '/dev/sda1',
          mountpoint: '/var/lib/postgresql',
          severity: 'critical',
        },
        annotations: {
          summary: `The disk of ${instance} will be full in 4 hours`,
          description: `/var/lib/postgresql on ${instance} has 3.1 % of its space left, and at the rate of the last 6 hours it will be full before anybody looks.`,
          value: '3.1 %',
        },
        severity: 'critical',
        startsAt: at,
        url: `https://monitor.example.com/graph?expr=${count}`,
      },
    };
  });
}
