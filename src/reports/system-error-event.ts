import type { RaisedEvent } from '../core/alert.js';
import { ownSource } from '../core/own-source.js';
import type { SystemError, SystemErrorChange } from '../core/system-error.js';

const dayMs = 86_400_000;
const kinds = { raised: 'fired', reminded: 'repeated', cleared: 'resolved' } as const;

/**
 * A system error as an alert event, so that it goes out through the actions: raised is `fired`, reminded is
 * `repeated`, cleared is `resolved`.
 *
 * `labels.subject` names what it is about: actions that cannot work because of it leave it out.
 */
export function systemErrorEvent(error: SystemError, change: SystemErrorChange, at: Date): RaisedEvent {
  const { code, subject, since, step } = error;
  const standing = `${code}/${subject}/${since.toISOString()}`;
  const reminder = `repeated/${step ?? Math.floor((at.getTime() - since.getTime()) / dayMs)}`;
  const kind = kinds[change];
  return {
    id: `${standing}/${kind === 'repeated' ? reminder : kind}`,
    kind,
    at,
    alert: {
      fingerprint: `${ownSource}/${code}/${subject}`,
      source: ownSource,
      labels: { alertname: code, subject },
      annotations: {
        summary: error.message,
        remedy: error.remedy,
        ...(error.authorizationUrl ? { authorizationUrl: error.authorizationUrl } : {}),
      },
      severity: error.severity,
      startsAt: since,
      ...(change === 'cleared' ? { endsAt: at } : {}),
    },
  };
}
