import type { Account } from '../../core/account.js';
import type { ComposedMail } from '../../core/mail.js';
import type { ReportMail } from '../../core/report-mail.js';
import { addressField } from './address-field.js';
import { domainOf } from './domain-of.js';
import { mimeText } from './mime-text.js';

/** The mail of a report, which says that no person wrote it (RFC 3834 section 5). The same report makes the same message. */
export function reportMessage(
  { id, to, subject, text, html, at }: ReportMail,
  account: Account,
): ComposedMail {
  const messageId = `<report-${id}@${domainOf(account.mailbox)}>`;
  const raw = mimeText({
    id,
    header: {
      From: account.from,
      To: to.map(addressField),
      Subject: subject,
      'Message-ID': messageId,
      Date: at.toUTCString().replace('GMT', '+0000'),
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
    },
    text,
    html,
  });
  return {
    ...{ id, action: 'report', account: account.name, eventIds: [], alertIds: [] },
    ...{ messageId, subject, composedAt: at, envelopeFrom: account.mailbox, raw },
    recipients: Object.fromEntries(to.map((address) => [address, { status: 'pending' }])),
  };
}
