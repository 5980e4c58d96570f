import type { Alert, AlertEvent } from '../../core/alert.js';
import { ownSource } from '../../core/own-source.js';

/** The mails that can be looked at without an alert. */
export const sampleKinds = ['firing', 'escalated', 'acknowledged', 'resolved', 'system-error'] as const;

/** One of them. */
export type SampleKind = (typeof sampleKinds)[number];

const minuteMs = 60_000;

/** The event of a made-up alert, which uses every variable that a template may use in that state. */
export function sampleEvent(kind: SampleKind, now: Date): AlertEvent {
  const before = (minutes: number) => new Date(now.getTime() - minutes * minuteMs);
  const firing: Alert = {
    id: 'sample',
    fingerprint: 'prod/sample',
    source: 'prod',
    labels: {
      alertname: 'DiskFull',
      instance: 'db-1.example.com:9100',
      severity: 'critical',
      team: 'storage',
    },
    annotations: {
      summary: 'The disk of db-1 is nearly full.',
      value: '92 %',
      description: 'The volume /var grows by 2 GB an hour.\nIt is full in about 3 hours.',
      runbook: 'https://wiki.example.com/runbooks/disk-full',
    },
    severity: 'critical',
    status: 'firing',
    startsAt: before(75),
    url: 'https://prometheus.example.com/graph?g0.expr=disk_free&g0.tab=1',
  };
  const owner = {
    author: 'carol@example.com',
    comment: 'On it, a new disk is on its way.',
    at: before(60),
    expiresAt: new Date(now.getTime() + 7 * 60 * minuteMs),
  };
  const event = (of: AlertEvent['kind'], alert: Alert): AlertEvent => ({
    id: 'sample',
    kind: of,
    at: now,
    alert,
  });
  switch (kind) {
    case 'firing':
      return event('fired', firing);
    case 'escalated':
      return { ...event('fired', firing), escalation: { afterMs: 30 * minuteMs, toldBy: ['ops'] } };
    case 'acknowledged':
      return event('acknowledged', { ...firing, status: 'acknowledged', owner });
    case 'resolved':
      return event('resolved', { ...firing, status: 'resolved', endsAt: now, owner });
    case 'system-error':
      return event('fired', systemError(before(2)));
  }
}

function systemError(startsAt: Date): Alert {
  return {
    id: 'sample',
    fingerprint: 'ackmail/sample',
    source: ownSource,
    labels: { alertname: 'OAUTH_AUTHORIZATION_REQUIRED', subject: 'alerts' },
    annotations: {
      summary: 'Account alerts is not authorized: the password of alerts@example.com was changed.',
      remedy: 'Open the authorization URL and sign in as alerts@example.com.',
      authorizationUrl: 'https://monitor.example.com/ackmail/authorize/alerts',
    },
    severity: 'critical',
    status: 'firing',
    startsAt,
  };
}
