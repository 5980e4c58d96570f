import type { Account } from '../../core/account.js';
import type { ComposedMail, MintReference } from '../../core/mail.js';
import type { RoundTripMail } from '../../core/round-trip.js';
import { domainOf } from './domain-of.js';
import { mimeText } from './mime-text.js';
import { replyTo } from './reply-to.js';

/**
 * A mail of a round trip, from an account to the watched mailbox. It carries its reference as an alert mail does, and
 * the answer as the reply of a mail client; both say that no person wrote them (RFC 3834 section 5).
 */
export function roundTripMail(
  { id, text, answers }: RoundTripMail,
  account: Account,
  { mint, mailbox }: { readonly mint: MintReference; readonly mailbox: string },
  now: Date,
): ComposedMail {
  const domain = domainOf(account.mailbox);
  const reference = mint(id, domain);
  const to = replyTo(mailbox, reference);
  const messageId = answers ? `<answer-${id}@${domain}>` : reference.messageId;
  const subject = `${answers ? 'Re: ' : ''}Ackmail round trip`;
  const raw = mimeText({
    id,
    header: {
      From: account.from,
      To: to,
      'Reply-To': to,
      Subject: subject,
      'Message-ID': messageId,
      ...(answers ? { 'In-Reply-To': answers.messageId } : {}),
      References: (answers ? [...answers.references, answers.messageId] : [reference.root]).join(' '),
      Date: now.toUTCString().replace('GMT', '+0000'),
      'Auto-Submitted': answers ? 'auto-replied' : 'auto-generated',
      'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
      'X-Ackmail-Mail': id,
    },
    text: `${text}\n`,
    html: `<!DOCTYPE html>\n<html lang="en"><body><p>${text}</p></body></html>`,
  });
  return {
    ...{ id, action: 'round-trip', account: account.name, eventIds: [], alertIds: [] },
    ...{ messageId, subject, composedAt: now, envelopeFrom: account.mailbox },
    recipients: { [to]: { status: 'pending' } },
    raw,
  };
}
