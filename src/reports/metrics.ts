import { Counter, Histogram, Registry } from 'prom-client';
import type { Delivery } from '../core/host.js';
import { replyRefusals } from '../core/reply-refusal.js';
import type { Status } from '../core/status.js';
import type { History, HistoryEntry } from '../core/store.js';
import { createStatusGauges } from './status-gauges.js';

/** What is counted, for Prometheus: docs/metrics.md names all of it. */
export interface Metrics {
  /** The same history, with what is written to it counted. */
  observe(history: History): History;
  /** Counts a try of the outbox. */
  noteDelivery(delivery: Delivery, now: Date): void;
  /** Sets to zero what may be counted one day: a series that begins with one shows no increase. */
  expect(parts: ExpectedParts): void;
  /** Everything in the text format of Prometheus 0.0.4, with its content type; the gauges are read from the status. */
  render(status: Status, now: Date): Promise<{ readonly type: string; readonly text: string }>;
}

/** What there is to be counted, by its names in the settings. */
export interface ExpectedParts {
  /** The actions and the accounts that they send by. */
  readonly actions: readonly { readonly name: string; readonly accounts: readonly string[] }[];
  readonly monitors: readonly string[];
  /** The account whose mailbox is read. */
  readonly watched?: string | undefined;
}

const results = ['accepted', 'deferred', 'rejected'] as const;
const replyKinds = [
  ...['acknowledged', 'unacknowledged', 'commented'],
  ...['refused', 'unreadable', 'not-taken', 'asked', 'superseded'],
] as const;
const monitorKinds = ['fired', 'repeated', 'resolved'];

/**
 * Makes the metrics, in a registry of their own: a host may have one, too.
 *
 * Nothing in the code counts for them. They listen to the deliveries and to the history, and read the rest from the
 * status when they are asked.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const alertEvents = new Counter({
    name: 'ackmail_alert_events_total',
    help: 'What happened to alerts, by monitor. fired, repeated and resolved were accepted: they are on disk.',
    labelNames: ['monitor', 'kind'],
    registers,
  });
  const told = new Counter({
    name: 'ackmail_events_told_total',
    help: 'Alert events that an action has told of.',
    labelNames: ['action'],
    registers,
  });
  const givenUp = new Counter({
    name: 'ackmail_events_given_up_total',
    help: 'Alert events that an action did not tell of for so long that they are not tried any more.',
    labelNames: ['action'],
    registers,
  });
  const putOff = new Counter({
    name: 'ackmail_tries_deferred_total',
    help: 'Tries of an action that did not tell all, and are made again.',
    labelNames: ['action'],
    registers,
  });
  const delay = new Histogram({
    name: 'ackmail_delivery_delay_seconds',
    help: 'How long after it was due an alert was told of by an action: waiting, tries and sending together.',
    labelNames: ['action'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600],
    registers,
  });
  const mails = new Counter({
    name: 'ackmail_mails_sent_total',
    help: 'Mails that a submission server took for at least one recipient.',
    labelNames: ['account', 'action'],
    registers,
  });
  const coalesced = new Counter({
    name: 'ackmail_alerts_coalesced_total',
    help: 'Alerts that were told of by a mail about several, since the rate of the account was short.',
    labelNames: ['account', 'action'],
    registers,
  });
  const recipients = new Counter({
    name: 'ackmail_mail_recipients_total',
    help: 'Recipients, by what the submission server said of them: accepted, deferred or rejected.',
    labelNames: ['account', 'action', 'result'],
    registers,
  });
  const replies = new Counter({
    name: 'ackmail_replies_total',
    help: 'Replies that were read, by what became of them.',
    labelNames: ['account', 'result'],
    registers,
  });
  const refused = new Counter({
    name: 'ackmail_replies_refused_total',
    help: 'Replies that were refused, by the kind of refusal.',
    labelNames: ['account', 'reason'],
    registers,
  });
  const gauges = createStatusGauges(registry);

  const note = (entry: HistoryEntry) => {
    const text = (name: string) => String(entry[name] ?? '');
    const count = (name: string) => {
      const value = entry[name];
      return Array.isArray(value) ? value.length : 0;
    };
    if (entry.kind === 'sent') {
      const labels = { account: text('account'), action: text('action') };
      for (const result of results) recipients.inc({ ...labels, result }, count(result));
      if (count('accepted') > 0) {
        mails.inc(labels);
        if (count('alertIds') > 1) coalesced.inc(labels, count('alertIds'));
      }
    } else if (entry['position'] !== undefined) {
      replies.inc({ account: text('account'), result: entry.kind });
      if (entry['refusal'] !== undefined) refused.inc({ account: text('account'), reason: text('refusal') });
    } else if (entry['fingerprint'] !== undefined) {
      alertEvents.inc({ monitor: text('source'), kind: entry.kind });
    }
  };

  return {
    observe: ({ append, since }) => ({
      append(entry) {
        note(entry);
        return append(entry);
      },
      since,
    }),

    noteDelivery({ action, status, eventIds, dueAt }, now) {
      if (status === 'deferred') return putOff.inc({ action });
      if (status === 'given-up') return givenUp.inc({ action }, eventIds.length);
      told.inc({ action }, eventIds.length);
      // A clock that was set back makes no negative delay.
      delay.observe({ action }, Math.max(0, now.getTime() - dueAt.getTime()) / 1_000);
    },

    expect({ actions, monitors, watched }) {
      for (const { name: action, accounts } of actions) {
        told.inc({ action }, 0);
        putOff.inc({ action }, 0);
        givenUp.inc({ action }, 0);
        delay.zero({ action });
        for (const account of accounts) {
          mails.inc({ account, action }, 0);
          coalesced.inc({ account, action }, 0);
          for (const result of results) recipients.inc({ account, action, result }, 0);
        }
      }
      for (const monitor of monitors) for (const kind of monitorKinds) alertEvents.inc({ monitor, kind }, 0);
      if (watched === undefined) return;
      for (const result of replyKinds) replies.inc({ account: watched, result }, 0);
      for (const reason of replyRefusals) refused.inc({ account: watched, reason }, 0);
    },

    async render(status, now) {
      gauges.set(status, now);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
