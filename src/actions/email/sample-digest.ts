import type { AlertEvent } from '../../core/alert.js';
import { sampleEvent } from './sample-event.js';

const nodes = 8;

/** The events of several made-up alerts, as a mail tells of them together when the rate of an account is short. */
export function sampleDigest(now: Date): readonly AlertEvent[] {
  const about = (event: AlertEvent, alertname: string, instance: string): AlertEvent => ({
    ...event,
    id: `${alertname}-${instance}`,
    alert: {
      ...event.alert,
      id: `${alertname}-${instance}`,
      labels: { ...event.alert.labels, alertname, instance },
    },
  });
  const firing = sampleEvent('firing', now);
  const down = Array.from({ length: nodes }, (_, index) =>
    about(firing, 'NodeDown', `web-${index + 1}.example.com`),
  );
  return [
    ...down,
    about(firing, 'DiskFull', 'db-1.example.com'),
    about(firing, 'HighLoad', 'db-2.example.com'),
    about(sampleEvent('acknowledged', now), 'HighLoad', 'db-3.example.com'),
    about(sampleEvent('resolved', now), 'HighLoad', 'db-4.example.com'),
  ];
}
