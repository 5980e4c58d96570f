import { randomBytes } from 'node:crypto';
import type { Account } from '../../core/account.js';
import type { AlertEvent } from '../../core/alert.js';
import type { ComposedMail, MintReference, Reference } from '../../core/mail.js';
import { severityRank } from '../../core/severity.js';
import { type MailView, mailView } from './mail-view.js';
import { mimeText } from './mime-text.js';
import type { Templates } from './templates.js';

/** What makes a reply an acknowledgement; absent where replies are not read. */
export interface ReplyInvitation {
  readonly mint: MintReference;
  /** The watched mailbox. */
  readonly replyTo: string;
  /** How long a bare reply holds at most. */
  readonly expiresMs: number;
}

/** What a mail is made of. */
export interface MailPlan {
  readonly id: string;
  readonly action: string;
  readonly to: readonly string[];
  readonly account: Account;
  /** Of one alert, oldest first. */
  readonly events: readonly [AlertEvent, ...AlertEvent[]];
  /** The first mail about the same alert, which this one continues. */
  readonly thread?: ComposedMail | undefined;
  readonly invitation?: ReplyInvitation | undefined;
  readonly templates: Templates;
  readonly timeZone: string;
  readonly now: Date;
}

/**
 * Composes a mail: from here on its bytes are fixed, Message-ID, Date and MIME boundaries included.
 *
 * It is one message to all its recipients, in ASCII. It says that it is automatic (RFC 3834) and asks
 * Exchange not to answer it (MS-OXCMAIL 2.1.3.2.20; without `All`, which would also suppress non-delivery
 * reports). The reference stands in References, in the subaddress of Reply-To (RFC 5233) and, short, in the
 * subject. A mail about a system error carries none: there is nothing in the monitor to acknowledge.
 */
export async function composeMail(plan: MailPlan): Promise<ComposedMail> {
  const { id, account, events, thread, now } = plan;
  const { alert } = events[0];
  const domain = account.mailbox.slice(account.mailbox.lastIndexOf('@') + 1);
  const invitation = alert.source === 'ackmail' ? undefined : plan.invitation;
  const reference = invitation?.mint(id, domain);
  const view = mailView({
    ...{ events, now, timeZone: plan.timeZone },
    tag: reference?.subjectTag,
    expiresMs: invitation?.expiresMs,
  });
  const texts = await plan.templates.render(view);
  const messageId = reference?.messageId ?? `<${id}.${randomBytes(8).toString('hex')}@${domain}>`;
  const references = [...chainOf(thread), ...(reference ? [reference.root] : [])];
  const to = [...new Map(plan.to.map((address) => [address.toLowerCase(), address])).values()];

  const raw = mimeText({
    id,
    header: {
      From: account.from,
      To: to.map((address) => ({ name: '', address })),
      ...(invitation && reference ? { 'Reply-To': replyTo(invitation.replyTo, reference) } : {}),
      Subject: texts.subject,
      'Message-ID': messageId,
      Date: now.toUTCString().replace('GMT', '+0000'),
      ...(references.length > 0 ? { References: references.join(' ') } : {}),
      ...(thread ? { 'In-Reply-To': thread.serverMessageId ?? thread.messageId } : {}),
      ...automaticFields(id, view),
    },
    text: texts.text,
    html: texts.html,
  });

  return {
    id,
    action: plan.action,
    account: account.name,
    eventIds: events.map((event) => event.id),
    alertIds: unique(events.map((event) => event.alert.id)),
    messageId,
    subject: texts.subject,
    composedAt: now,
    envelopeFrom: account.mailbox,
    recipients: Object.fromEntries(to.map((address) => [address, { status: 'pending' }])),
    raw,
  };
}

function automaticFields(id: string, view: MailView): Readonly<Record<string, string>> {
  const isUrgent = view.state === 'firing' && severityRank(view.severity) === 0;
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
    'X-Ackmail-Mail': id,
    'Thread-Topic': view.words,
    ...(isUrgent ? { Importance: 'high', 'X-Priority': '1 (Highest)' } : {}),
  };
}

/** What the first mail of the thread refers to, and that mail itself under both of its ids. */
function chainOf(thread: ComposedMail | undefined): readonly string[] {
  if (!thread) return [];
  const header = thread.raw.slice(0, thread.raw.indexOf('\r\n\r\n') + 2);
  const field = /^References:((?:[^\r]|\r\n[ \t])*)/im.exec(header)?.[1] ?? '';
  const ids = field.match(/<[^<>\s]+>/g) ?? [];
  return unique([...ids, thread.messageId, ...(thread.serverMessageId ? [thread.serverMessageId] : [])]);
}

/** The watched mailbox with the reference as its subaddress, where that fits (RFC 5321 section 4.5.3.1.1). */
function replyTo(mailbox: string, { subaddress }: Reference): string {
  const at = mailbox.lastIndexOf('@');
  const local = `${mailbox.slice(0, at)}+${subaddress}`;
  return Buffer.byteLength(local) > 64 ? mailbox : `${local}${mailbox.slice(at)}`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
