import { Gauge, type Registry } from 'prom-client';
import type { Status } from '../core/status.js';

/** The gauges that show the status. */
export interface StatusGauges {
  /** Sets all of them, at once: what is no longer there has no value any more. */
  set(status: Status, now: Date): void;
}

/** Makes the gauges in a registry. */
export function createStatusGauges(registry: Registry): StatusGauges {
  const gauges: Gauge[] = [];
  const gauge = <T extends string>(name: string, help: string, ...labelNames: T[]): Gauge<T> => {
    const made = new Gauge({ name, help, labelNames, registers: [registry] });
    gauges.push(made);
    return made;
  };
  const build = gauge('ackmail_build_info', 'Always 1; the version is a label.', 'version');
  const started = gauge('ackmail_start_time_seconds', 'When it was started, in seconds since 1970.');
  const alerts = gauge('ackmail_alerts', 'Open alerts.', 'status');
  const waiting = gauge('ackmail_outbox_waiting', 'Alert events that wait to be told of.', 'action');
  const oldest = gauge(
    'ackmail_outbox_oldest_age_seconds',
    'For how long the oldest event that waits has been due; 0 when none is.',
    'action',
  );
  const pending = gauge(
    'ackmail_acknowledgements_pending',
    'Acknowledgements by reply that the monitor has not taken yet.',
    'account',
  );
  const watching = gauge(
    'ackmail_mailbox_watching',
    '1 while the mailbox is watched for replies, else 0.',
    'account',
  );
  const errors = gauge('ackmail_system_errors', 'System errors that stand.', 'code', 'severity');
  const state = gauge(
    'ackmail_account_state',
    'Always 1; where the authorization stands is a label.',
    'account',
    'state',
  );
  const tokenExpiry = gauge(
    'ackmail_access_token_expiry_timestamp_seconds',
    'When the access token of an account ends, in seconds since 1970; it is renewed before.',
    'account',
  );
  const left = gauge(
    'ackmail_rate_budget_left',
    'How many messages an account that has a rate may send now.',
    'account',
  );
  const expiry = gauge(
    'ackmail_credential_expiry_timestamp_seconds',
    'When a client secret, a certificate or a sign-in ends, as far as it is known, in seconds since 1970.',
    'account',
    'what',
  );

  const seconds = (date: Date) => date.getTime() / 1_000;
  return {
    set(status, now) {
      for (const each of gauges) each.reset();
      build.set({ version: status.version }, 1);
      if (status.startedAt) started.set(seconds(status.startedAt));
      alerts.set({ status: 'firing' }, status.alerts.firing);
      alerts.set({ status: 'acknowledged' }, status.alerts.acknowledged);
      for (const { action, waiting: count, oldestDueAt = now } of status.actions) {
        waiting.set({ action }, count);
        oldest.set({ action }, Math.max(0, seconds(now) - seconds(oldestDueAt)));
      }
      if (status.acknowledgement) {
        const { account, state: is, pending: count } = status.acknowledgement;
        pending.set({ account }, count);
        watching.set({ account }, is === 'watching' ? 1 : 0);
      }
      for (const { code, severity } of status.systemErrors) errors.inc({ code, severity });
      for (const {
        account,
        state: is,
        accessTokenExpiresAt,
        expiries = [],
        messagesLeft,
      } of status.accounts) {
        state.set({ account, state: is }, 1);
        if (accessTokenExpiresAt) tokenExpiry.set({ account }, seconds(accessTokenExpiresAt));
        if (messagesLeft !== undefined) left.set({ account }, messagesLeft);
        for (const { what, at } of expiries) expiry.set({ account, what }, seconds(at));
      }
    },
  };
}
