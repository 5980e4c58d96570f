import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { answerMail } from '../../../src/actions/email/answer-mail.js';
import type { Answer } from '../../../src/core/mail.js';
import { accountAt, composedMail, me, references } from '../../ack/scene.js';
import { headerField } from '../../helpers/lab.js';

const mail = composedMail('aaaaaaaaaaaaa');
const invitation = { mint: references.mint, replyTo: me, expiresMs: 1, unreadSince: () => undefined };

function made(more: Partial<Answer> = {}) {
  const answer: Answer = {
    ...{ id: 'cm1', to: ['ann@example.com'], mail, inReplyTo: '<reply@client.example.com>' },
    ...{ text: 'You have it.', at: new Date('2026-03-01T03:00:00Z') },
    ...more,
  };
  return answerMail(answer, accountAt(1), invitation);
}

test('An answer stands in the thread, says that it is automatic, and is the same message at every try.', () => {
  const { raw, messageId } = made();
  assert.is(made().raw, raw);
  const { root, subaddress } = references.mint(mail.id, 'example.com');
  assert.is(headerField(raw, 'Subject'), `Re: ${mail.subject}`);
  assert.is(headerField(raw, 'In-Reply-To'), '<reply@client.example.com>');
  assert.is(headerField(raw, 'References'), `${root} ${mail.messageId} <reply@client.example.com>`);
  assert.is(headerField(raw, 'Reply-To'), `alerts+${subaddress}@example.com`);
  assert.is(headerField(raw, 'Auto-Submitted'), 'auto-replied');
  assert.is(headerField(raw, 'X-Auto-Response-Suppress'), 'DR, RN, NRN, OOF, AutoReply');
  assert.is(headerField(raw, 'X-Ackmail-Mail'), mail.id);
  assert.is(messageId, '<answer-cm1@example.com>');
});

test('Where the server gave the mail another id, the answer names the one that people have.', () => {
  const serverMessageId = '<server@outlook.example.com>';
  const { raw } = answerMail(
    { id: 'n1', to: ['bob@example.com'], mail: { ...mail, serverMessageId }, text: 'x', at: new Date(0) },
    accountAt(1),
    invitation,
  );
  assert.is(headerField(raw, 'In-Reply-To'), serverMessageId);
  assert.match(headerField(raw, 'References'), serverMessageId);
});

test('CR, LF and `;` in what a person or an alert wrote cannot alter a header, an SMTP command or a monitor command.', () => {
  const evil = 'x\r\nBcc: eve@example.org\r\n\r\n<script>; DROP';
  for (const more of [
    { inReplyTo: `<${evil}>` },
    { inReplyTo: '<a@b>\r\nBcc: eve@example.org' },
    { text: evil },
    { text: `.\r\nMAIL FROM:<eve@example.org>\r\n${'é\u2028'.repeat(1_000)}` },
    { mail: { ...mail, subject: `[CRITICAL] ${evil}` } },
    { to: ['ann@example.com', '"ann;\r\nBcc: eve@example.org"@example.com'] },
  ]) {
    const { raw } = made(more);
    const header = raw.slice(0, raw.indexOf('\r\n\r\n'));
    assert.not.match(header, /^bcc:/im);
    assert.not.match(raw, /[^\r]\n|\r[^\n]|[^\0-\x7f]/);
    assert.not.match(raw.slice(raw.indexOf('text/html')), /<script/);
  }
});

test.run();
