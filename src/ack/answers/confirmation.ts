import type { Alert, AlertOwner } from '../../core/alert.js';
import { formatTime } from '../../core/format-time.js';
import type { ComposedMail } from '../../core/mail.js';
import type { ReplyRecord } from '../reply-record.js';
import { alertsOf } from './alerts-of.js';

/** What a confirmation says depends on this. */
export interface ConfirmationFacts {
  /** The mail that was replied to. */
  readonly mail: ComposedMail;
  readonly alert: (id: string) => Alert | undefined;
  /** The mail about the newer firing of an alert of that mail which is over. */
  readonly newer: ComposedMail | undefined;
  /** In which our mails tell times, the confirmation among them: it is read beside them, and names the zone. */
  readonly timeZone: string;
}

/** Tells the author of a reply what it came to: who has the alerts until when, or why not; undefined for no reply. */
export function confirmation(record: ReplyRecord, facts: ConfirmationFacts): string | undefined {
  const { acknowledgement, outcome, reason } = record;
  const { mail, newer } = facts;
  if (!acknowledgement || outcome === undefined) return undefined;
  const { kind, alertIds, author, expiresAt } = acknowledgement;
  const time = (date: Date) => formatTime(date, facts.timeZone);
  const alerts = alertIds.flatMap((id) => facts.alert(id) ?? []);
  const open = alerts.filter(({ status }) => status !== 'resolved').map(({ id }) => id);
  const over = alertIds.filter((id) => !open.includes(id));
  const owner = alerts.find(({ status }) => status === 'acknowledged')?.owner;

  const ended = alerts.find(({ endsAt }) => endsAt)?.endsAt;
  const since = ended && over.length === 1 ? `, since ${time(ended)}` : '';
  const isOver =
    mail.alertIds.length === 1 ? `the alert is over${since}` : `${subject(over, mail)} over${since}`;
  const again = newer
    ? ` It fires again: to take that, reply to the mail "${newer.subject}" of ${time(newer.composedAt)}.`
    : '';
  const notTaken = (why: string) => `Not taken: ${why}`;
  const has = owner && ownership(owner, author, time);

  if (outcome === 'superseded') return notTaken('a later reply about the same was taken before this one.');
  if (outcome === 'not-taken')
    return notTaken('the monitor has not accepted it for 24 hours. Look whether somebody has the alert.');
  if (outcome === 'already-acknowledged') return notTaken(`${has ?? 'somebody else has it already'}.`);
  if (outcome === 'gone' && open.length > 0)
    return notTaken(`the monitor does not know ${alertsOf(open, mail)} as firing any more.`);
  if (outcome === 'gone' || (open.length === 0 && kind !== 'comment')) return `${notTaken(isOver)}.${again}`;

  const rest = over.length > 0 ? `${again} ${capital(isOver)}.` : again;
  if (kind === 'unacknowledge') return `Given back: nobody has ${alertsOf(open, mail)} now.${rest}`;
  if (kind === 'acknowledge') {
    const until = expiresAt ? ` until ${time(expiresAt)}, or` : '';
    const resolved = open.length > 1 ? 'they are resolved' : 'it is resolved';
    return `You have ${alertsOf(open, mail)}${until} until ${resolved}.${rest}\n\nTo give it back, reply "unack".`;
  }
  const how = open.length > 0 && owner?.author !== author ? ' To take it, reply "ack".' : '';
  return `Noted as a comment: ${reason}.${has ? ` ${has}.` : ''}${how}${again}`;
}

function ownership(owner: AlertOwner, reader: string, time: (date: Date) => string): string {
  const who = owner.author === reader ? 'You have it' : `${owner.author} has it`;
  const until = owner.expiresAt ? `, until ${time(owner.expiresAt)}` : '';
  return `${who} since ${time(owner.at)}${until}`;
}

function subject(ids: readonly string[], mail: ComposedMail): string {
  return `${alertsOf(ids, mail)} ${ids.length > 1 ? 'are' : 'is'}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
