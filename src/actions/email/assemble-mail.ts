import { randomBytes } from 'node:crypto';
import type { ComposedMail, Reference } from '../../core/mail.js';
import { addressField } from './address-field.js';
import { domainOf } from './domain-of.js';
import type { MailPlan } from './mail-plan.js';
import { mimeText } from './mime-text.js';
import { plainLine } from './plain-text.js';
import { replyTo } from './reply-to.js';
import type { MailTexts } from './templates.js';

/** What a mail says, and to what. */
export interface MailContents {
  readonly texts: MailTexts;
  /** A text file that goes along. */
  readonly attachment?: { readonly file: string; readonly text: string };
  /** What the thread is about, whatever becomes of it. */
  readonly topic: string;
  readonly isUrgent: boolean;
  /** Absent where a reply would acknowledge nothing. */
  readonly reference: Reference | undefined;
  /** What its Message-ID is, where it has no reference; absent for any. */
  readonly messageId?: string | undefined;
  /** In the order of their numbers. */
  readonly alertIds: readonly string[];
}

/**
 * Puts a mail together: from here on its bytes are fixed, Message-ID, Date and MIME boundaries included.
 *
 * It is one message to all its recipients, in ASCII. It says that it is automatic (RFC 3834) and asks
 * Exchange not to answer it (MS-OXCMAIL 2.1.3.2.20; without `All`, which would also suppress non-delivery
 * reports). The reference stands in References, in the subaddress of Reply-To (RFC 5233) and, short, in the
 * subject.
 */
export function assembleMail(plan: MailPlan, contents: MailContents): ComposedMail {
  const { id, account, events, thread, now, invitation } = plan;
  const { texts, reference, attachment } = contents;
  const messageId =
    reference?.messageId ??
    contents.messageId ??
    `<${id}.${randomBytes(8).toString('hex')}@${domainOf(account.mailbox)}>`;
  const subject = plainLine(texts.subject, 250);
  const references = [...chainOf(thread), ...(reference ? [reference.root] : [])];
  const to = withoutRepeats(plan.to);
  const recipients = withoutRepeats([...to, ...(plan.cc ?? [])]);
  const cc = recipients.slice(to.length);

  const raw = mimeText({
    id,
    header: {
      From: account.from,
      To: to.map(addressField),
      ...(cc.length > 0 ? { Cc: cc.map(addressField) } : {}),
      ...(invitation && reference ? { 'Reply-To': replyTo(invitation.replyTo, reference) } : {}),
      Subject: subject,
      'Message-ID': messageId,
      Date: now.toUTCString().replace('GMT', '+0000'),
      ...(references.length > 0 ? { References: references.join(' ') } : {}),
      ...(thread ? { 'In-Reply-To': thread.serverMessageId ?? thread.messageId } : {}),
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
      'X-Ackmail-Mail': id,
      'Thread-Topic': contents.topic,
      ...(contents.isUrgent ? { Importance: 'high', 'X-Priority': '1 (Highest)' } : {}),
    },
    text: texts.text,
    html: texts.html,
    attachment,
  });

  return {
    id,
    action: plan.action,
    account: account.name,
    eventIds: events.map((event) => event.id),
    alertIds: contents.alertIds,
    messageId,
    subject,
    composedAt: now,
    envelopeFrom: account.mailbox,
    recipients: Object.fromEntries(recipients.map((address) => [address, { status: 'pending' }])),
    raw,
  };
}

/** Each address once, as it stands first. */
function withoutRepeats(addresses: readonly string[]): readonly string[] {
  const keys = addresses.map((address) => address.toLowerCase());
  return addresses.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}

/** What the first mail of the thread refers to, and that mail itself under both of its ids. */
function chainOf(thread: ComposedMail | undefined): readonly string[] {
  if (!thread) return [];
  const header = thread.raw.slice(0, thread.raw.indexOf('\r\n\r\n') + 2);
  const field = /^References:((?:[^\r]|\r\n[ \t])*)/im.exec(header)?.[1] ?? '';
  const ids = field.match(/<[^<>\s]+>/g) ?? [];
  return [
    ...new Set([...ids, thread.messageId, ...(thread.serverMessageId ? [thread.serverMessageId] : [])]),
  ];
}
