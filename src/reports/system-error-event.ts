import type { RaisedEvent } from '../core/alert.js';
import type { SystemError } from '../core/system-error.js';

/** The `source` of alerts that tell of Ackmail itself. */
export const ownSource = 'ackmail';

/**
 * A system error as an alert event, so that it goes out through the actions: raised is `fired`, cleared is
 * `resolved`.
 *
 * `labels.account` names the subject: actions that send by that account leave it out.
 */
export function systemErrorEvent(error: SystemError, change: 'raised' | 'cleared', at: Date): RaisedEvent {
  const kind = change === 'raised' ? 'fired' : 'resolved';
  return {
    id: `${error.code}/${error.subject}/${error.since.toISOString()}/${kind}`,
    kind,
    at,
    alert: {
      fingerprint: `${ownSource}/${error.code}/${error.subject}`,
      source: ownSource,
      labels: { alertname: error.code, account: error.subject },
      annotations: {
        summary: error.message,
        remedy: error.remedy,
        ...(error.authorizationUrl ? { authorizationUrl: error.authorizationUrl } : {}),
      },
      severity: error.severity,
      startsAt: error.since,
      ...(change === 'cleared' ? { endsAt: at } : {}),
    },
  };
}
