import type { Account } from '../../core/account.js';
import type { Answer, ComposedMail } from '../../core/mail.js';
import { addressField } from './address-field.js';
import { domainOf } from './domain-of.js';
import type { ReplyInvitation } from './mail-plan.js';
import { mimeText } from './mime-text.js';
import { replyTo } from './reply-to.js';

/**
 * A mail that answers a reply, in the thread of the mail that was replied to. A reply to it names that mail, too.
 *
 * The same answer makes the same message. It says that it is an automatic reply (RFC 3834 section 5).
 */
export function answerMail(
  { id, to, mail, inReplyTo, text, at }: Answer,
  account: Account,
  { mint, replyTo: mailbox }: ReplyInvitation,
): ComposedMail {
  const domain = domainOf(account.mailbox);
  const reference = mint(mail.id, domain);
  const messageId = `<answer-${id}@${domain}>`;
  const subject = `Re: ${mail.subject}`;
  const ours = mail.serverMessageId ?? mail.messageId;
  const lines = text.replace(/\r\n?/g, '\n');
  const theirs = /^<[^<>\s]{1,500}>$/.test(inReplyTo ?? '') ? inReplyTo : undefined;
  const raw = mimeText({
    id,
    header: {
      From: account.from,
      To: to.map(addressField),
      'Reply-To': replyTo(mailbox, reference),
      Subject: subject,
      'Message-ID': messageId,
      'In-Reply-To': theirs ?? ours,
      References: [...new Set([reference.root, mail.messageId, ours, ...(theirs ? [theirs] : [])])].join(' '),
      Date: at.toUTCString().replace('GMT', '+0000'),
      'Auto-Submitted': 'auto-replied',
      'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
      'X-Ackmail-Mail': mail.id,
    },
    text: lines,
    html: `<!DOCTYPE html>\n<html lang="en"><body><p>${lines.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll('\n', '<br>\n')}</p></body></html>`,
  });
  return {
    id: mail.id,
    action: mail.action,
    account: account.name,
    eventIds: [],
    alertIds: [],
    messageId,
    subject,
    composedAt: at,
    envelopeFrom: account.mailbox,
    recipients: Object.fromEntries(to.map((address) => [address, { status: 'pending' }])),
    raw,
  };
}
