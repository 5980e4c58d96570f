import { headerField } from './lab.js';

/** The forms in which mail servers give mail back. */
export const bounceForms = ['postfix', 'exchange', 'gmail', 'exim', 'exim-old'] as const;

/** One of them. */
export type BounceForm = (typeof bounceForms)[number];

/** What a bounce says. */
export interface BounceOptions {
  readonly recipient: string;
  readonly action?: 'failed' | 'delayed' | 'relayed';
  readonly status?: string;
  /** What the server said, with the type in front. */
  readonly diagnostic?: string;
  /** How the recipient stands in the report, where that is another way. */
  readonly written?: string;
  readonly header?: readonly string[];
}

let count = 0;

/** What a mail server sends to the sender of `mail`, which it could not deliver. */
export function writeBounce(form: BounceForm, mail: string, options: BounceOptions): string {
  const { recipient, action = 'failed', status = '5.1.1', header = [] } = options;
  const { diagnostic = `smtp; 550 ${status} <${recipient}>: Recipient address rejected: User unknown` } =
    options;
  const written = options.written ?? `rfc822; ${recipient}`;
  count += 1;
  const end = mail.indexOf('\r\n\r\n');
  const returnedHeader = mail.slice(0, end + 2);
  const messageId = headerField(mail, 'Message-ID');
  const common = [
    'Return-Path: <>',
    'To: alerts@example.com',
    `Message-ID: <bounce-${count}-${process.pid}@mx.example.com>`,
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
    ...header,
  ];
  const report = (
    fields: readonly string[],
    words: string,
    perRecipient: readonly string[],
    returned: readonly [type: string, content: string],
  ) =>
    [
      ...fields,
      ...common,
      'Content-Type: multipart/report; report-type=delivery-status;',
      '\tboundary="=_report"',
      '',
      'This is a MIME-encapsulated message.',
      '',
      '--=_report',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      words,
      '',
      '--=_report',
      'Content-Description: Delivery report',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.com',
      'Arrival-Date: Mon, 2 Mar 2026 03:00:00 +0000 (UTC)',
      '',
      ...perRecipient,
      `Action: ${action}`,
      `Status: ${status}`,
      `Diagnostic-Code: ${diagnostic}`,
      '',
      '--=_report',
      `Content-Type: ${returned[0]}`,
      '',
      returned[1],
      '--=_report--',
      '',
    ].join('\r\n');

  switch (form) {
    case 'postfix':
      return report(
        [
          'From: MAILER-DAEMON@mx.example.com (Mail Delivery System)',
          'Subject: Undelivered Mail Returned to Sender',
          'Auto-Submitted: auto-replied',
        ],
        `This is the mail system at host mx.example.com.\r\n\r\n<${recipient}>: host mx.example.com said: 550`,
        [`Final-Recipient: ${written}`, `Original-Recipient: rfc822;${recipient}`],
        ['message/rfc822', mail],
      );
    case 'exchange':
      return report(
        [
          'From: Microsoft Outlook',
          ' <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>',
          `Subject: Undeliverable: ${headerField(mail, 'Subject')}`,
          `In-Reply-To: ${messageId}`,
          `References: ${headerField(mail, 'References')} ${messageId}`,
          'X-MS-Exchange-Message-Is-Ndr:',
        ],
        `Your message to ${recipient} couldn't be delivered.`,
        [`Final-Recipient: ${written}`, `X-Display-Name: ${recipient}`],
        ['text/rfc822-headers', returnedHeader.replace(messageId, '<replaced@PROD.OUTLOOK.COM>')],
      );
    case 'gmail':
      return report(
        [
          'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
          'Subject: Delivery Status Notification (Failure)',
          'Auto-Submitted: auto-replied',
          `X-Failed-Recipients: ${recipient}`,
          `In-Reply-To: ${messageId}`,
          `References: ${messageId}`,
        ],
        '** Address not found **',
        [`Final-Recipient: ${written}`],
        ['message/rfc822', mail],
      );
    case 'exim':
      return report(
        [
          'From: Mail Delivery System <Mailer-Daemon@mx.example.com>',
          'Subject: Mail delivery failed: returning message to sender',
          'Auto-Submitted: auto-replied',
          `X-Failed-Recipients: ${recipient}`,
          `References: ${messageId}`,
        ],
        `This message was created automatically by mail delivery software.\r\n\r\n  ${recipient}\r\n    550 ${status}`,
        [`Final-Recipient: ${written.replace('; ', ';')}`],
        ['message/rfc822', returnedHeader],
      );
    case 'exim-old':
      return [
        'From: Mail Delivery System <Mailer-Daemon@mx.example.com>',
        'Subject: Mail delivery failed: returning message to sender',
        `X-Failed-Recipients: ${recipient}`,
        ...common,
        '',
        'This message was created automatically by mail delivery software.',
        '',
        'A message that you sent could not be delivered to one or more of its',
        'recipients. This is a permanent error. The following address(es) failed:',
        '',
        `  ${recipient}`,
        '    SMTP error from remote mail server after RCPT TO:',
        `    ${diagnostic.replace(/^smtp; /, '')}`,
        '',
        '------ This is a copy of the message, including all the headers. ------',
        '',
        `Return-path: <alerts@example.com>`,
        mail,
      ].join('\r\n');
  }
}
