import { person, references } from '../../ack/scene.js';
import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

const with_ = (fields: Readonly<Record<string, string>>) => (mailId: string) => letter(mailId, { fields });
const each = (name: string, values: readonly string[]) =>
  Object.fromEntries(values.map((value) => [`${name}: ${value}`, with_({ [name]: value })]));

const report = (mailId: string, type: string, status: string) => {
  const { messageId, root } = references.mint(mailId, 'example.com');
  const body = [
    ...['--b', 'Content-Type: text/plain', '', 'ack', '--b', `Content-Type: message/${type}`, '', status],
    ...[
      '--b',
      'Content-Type: message/rfc822',
      '',
      `Message-ID: ${messageId}`,
      `References: ${root}`,
      '',
      'ack',
    ],
    ...['--b--', ''],
  ];
  return letter(mailId, {
    fields: { 'Content-Type': `multipart/report; report-type=${type}; boundary=b` },
    body: body.join('\r\n'),
  });
};
const unknownUser =
  'Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; ops@example.com\r\nAction: failed\r\nStatus: 5.1.1';

/** Mails of software, each with a valid reference and by an authenticated recipient. */
export const automaticMails: readonly HostileMail[] = [
  ...mailsOf('automatic mail', 'refused', {
    ...each('Auto-Submitted', [
      'auto-replied',
      'auto-generated',
      'auto-notified',
      'AUTO-REPLIED',
      'auto-replied; owner-email="no"',
      '(no) auto-replied',
      'yes',
      '',
    ]),
    ...each('Return-Path', ['<>', '< >', '<>(ops@example.com)']),
    ...each('Precedence', ['bulk', 'list', 'junk', 'auto_reply', 'BULK', 'bulk (really)']),
    ...each('X-Autoreply', ['yes', 'no']),
    ...each('X-Autorespond', ['']),
    ...each('X-Autoresponder', ['1']),
    ...each('X-Auto-Reply', ['1']),
    ...each('X-Autoreply-From', ['ops@example.com']),
    ...each('X-Mail-Autoreply', ['1']),
    ...each('X-Vacation', ['1']),
    ...each('X-Failed-Recipients', ['gone@example.com']),
    ...each('List-Id', ['<ops.example.com>']),
    ...each('From', [
      'mailer-daemon@example.com',
      'MAILER-DAEMON (Mail Delivery System) <MAILER-DAEMON@example.com>',
      'postmaster@example.com',
      'no-reply@example.com',
      'do_not_reply@example.com',
      'noreply+ops@example.com',
      'bounces+ops=example.com@example.com',
      'auto-reply@example.com',
    ]),
    ...each(
      'Subject',
      [
        'Automatic reply: DiskFull',
        'Auto: Out of office',
        'OUT OF OFFICE',
        'Out of the Office: back on Monday',
        '=?utf-8?q?Abwesenheitsnotiz=3A_DiskFull?=',
        '=?utf-8?b?UsOpcG9uc2UgYXV0b21hdGlxdWUgOiBEaXNrRnVsbA==?=',
        'Réponse automatique : DiskFull',
        'Respuesta automática: DiskFull',
        'Autosvar: DiskFull',
        'Automatisch antwoord: DiskFull',
        'Автоматический ответ: DiskFull',
        '自动答复: DiskFull',
        '自動応答: DiskFull',
        'Undeliverable: DiskFull',
        'Delivery Status Notification (Failure)',
        'Mail delivery failed: returning message to sender',
        'Returned mail: see transcript for details',
        'Read: DiskFull',
      ].filter((subject) => !subject.startsWith('Auto: ')),
    ),
    'a null return path and a friendly subject': with_({ 'Return-Path': '<>', Subject: 'Re: I have it' }),
  }),
  // They are believed of a recipient who had the mail, and acknowledge nothing.
  ...mailsOf('report on delivery', 'bounce', {
    'a delivery status': (mailId) => report(mailId, 'delivery-status', unknownUser),
    'a delivery status with ten thousand recipients': (mailId) =>
      report(mailId, 'delivery-status', `${unknownUser}\r\n\r\n`.repeat(10_000)),
    'a delivery status by the mailer-daemon': (mailId) =>
      report(mailId, 'delivery-status', unknownUser).replace(/From: .*/, 'From: MAILER-DAEMON@example.org'),
    'a delivery status without a status': (mailId) => report(mailId, 'delivery-status', ''),
    'a report type in capitals': (mailId) =>
      report(mailId, 'delivery-status', unknownUser).replace('multipart/report', 'MULTIPART/REPORT'),
  }),
  ...mailsOf('forged bounce', 'refused', {
    'a delivery status of somebody who had no mail': (mailId) =>
      report(mailId, 'delivery-status', unknownUser.replaceAll(person, 'eve@example.org')),
    'a disposition notification': (mailId) => report(mailId, 'disposition-notification', 'Disposition: x'),
    'a delivery status that is text': with_({ 'Content-Type': 'message/delivery-status' }),
    'a report with a comment in its type': with_({ 'Content-Type': 'multipart/report (x); boundary=b' }),
    'a bounce without MIME': with_({ From: 'mailer-daemon@example.org', Subject: 'failure notice' }),
  }),
  ...mailsOf('mail that only looks automatic', 'acknowledge', {
    'Auto-Submitted: no': with_({ 'Auto-Submitted': 'no' }),
    'X-Auto-Response-Suppress, as Exchange has it': with_({ 'X-Auto-Response-Suppress': 'All' }),
    'a return path': with_({ 'Return-Path': `<${person}>` }),
    'Precedence: normal': with_({ Precedence: 'normal' }),
    'a subject that tells of it further on': with_({
      Subject: 'Re: Server room: automatic reply does not work',
    }),
  }),
];
