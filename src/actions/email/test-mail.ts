import { randomBytes } from 'node:crypto';
import type { Account } from '../../core/account.js';
import type { ComposedMail } from '../../core/mail.js';

/** A mail from an account to its own mailbox, to see whether mail leaves. It asks for no reply. */
export function testMail(account: Account, now: Date): ComposedMail {
  const id = randomBytes(8).toString('hex');
  const messageId = `<test-${id}@${account.mailbox.split('@')[1] ?? 'localhost'}>`;
  const subject = 'Ackmail test mail';
  const lines = [
    `From: ${account.mailbox}`,
    `To: ${account.mailbox}`,
    `Subject: ${subject}`,
    `Message-ID: ${messageId}`,
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    'Auto-Submitted: auto-generated',
    'X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply',
    `X-Ackmail-Mail: ${id}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `The account ${account.name} can send. This mail was asked for by a test; nothing is wrong.`,
    '',
  ];
  return {
    id,
    action: 'test',
    account: account.name,
    eventIds: [],
    alertIds: [],
    messageId,
    subject,
    composedAt: now,
    envelopeFrom: account.mailbox,
    recipients: { [account.mailbox]: { status: 'pending' } },
    raw: lines.join('\r\n'),
  };
}
