import { createTransport } from 'nodemailer';
import { headerField, type SwaksReply } from './reply-with-swaks.js';

/** Mail clients that a test has not at hand. */
export const mailClients = ['Outlook', 'Apple Mail', 'Gmail', 'Thunderbird'] as const;
export type MailClient = (typeof mailClients)[number];

let count = 0;

/** Answers a mail in the form in which a mail client does: its header fields, its parts, its way to quote. */
export async function replyInFormOf(client: MailClient, reply: Omit<SwaksReply, 'header'>): Promise<void> {
  const { mail, from, port } = reply;
  const field = (name: string) => headerField(mail, name) ?? '';
  const to = field('Reply-To') || field('From');
  const messageId = field('Message-ID');
  count += 1;
  const { header, body } = forms[client](reply);
  const raw = [
    `From: Ops Person <${from}>`,
    `To: ${to}`,
    `Subject: ${client === 'Outlook' ? 'RE' : 'Re'}: ${field('Subject')}`,
    `Date: ${new Date().toUTCString().replace('GMT', client === 'Outlook' ? '+0000' : '+0100')}`,
    `Message-ID: <${client.replace(' ', '-')}-${count}-${process.pid}@client.example.com>`,
    `In-Reply-To: ${messageId}`,
    `References: ${field('References')}\n ${messageId}`,
    'MIME-Version: 1.0',
    ...header,
    '',
    ...body,
    '',
  ].join('\n');
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  const address = /<([^<>]+)>/.exec(to)?.[1] ?? to;
  await transport.sendMail({ envelope: { from, to: address }, raw: raw.replaceAll('\n', '\r\n') });
  transport.close();
}

type Form = (reply: Omit<SwaksReply, 'header'>) => {
  readonly header: readonly string[];
  readonly body: readonly string[];
};

const boundary = '_000_the-parts_';
const parts = (text: readonly string[], html: readonly string[], charset = 'utf-8') => ({
  header: [`Content-Type: multipart/alternative; boundary="${boundary}"`],
  body: [
    ...[`--${boundary}`, `Content-Type: text/plain; charset="${charset}"`, '', ...text, ''],
    ...[`--${boundary}`, `Content-Type: text/html; charset="${charset}"`, '', ...html, `--${boundary}--`],
  ],
});
const quoted = ['The disk of db1 is full.', 'Reply to take it.'];

const forms: Readonly<Record<MailClient, Form>> = {
  Outlook({ mail, words }) {
    const head = [
      'From: Alerts <alerts@example.com>',
      'Sent: Monday, November 23, 2026 8:00 AM',
      'To: Ops Person <ops@example.com>',
      `Subject: ${headerField(mail, 'Subject')}`,
    ];
    const { header, body } = parts(
      [words, '', '________________________________', ...head, '', ...quoted],
      [
        '<html><body>',
        `<div class="elementToProof">${words}</div>`,
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%">',
        `<div id="divRplyFwdMsg" dir="ltr">${head.join('<br>')}</div><div>${quoted.join('<br>')}</div>`,
        '</body></html>',
      ],
      'us-ascii',
    );
    return {
      header: [
        'Thread-Topic: DiskFull on db1',
        'Thread-Index: AQHbPdJv0000000000000000000000==',
        'Accept-Language: en-US',
        'Content-Language: en-US',
        'X-MS-Has-Attach:',
        'X-Auto-Response-Suppress: DR, OOF, AutoReply',
        ...header,
      ],
      body,
    };
  },
  'Apple Mail': ({ words }) => ({
    header: [
      'Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes',
      'X-Mailer: iPhone Mail (22A3354)',
    ],
    body: [
      words,
      '',
      'Sent from my iPhone',
      '',
      '> On 23 Nov 2026, at 08:00, Alerts <alerts@example.com> wrote:',
      '> ',
      ...quoted.map((line) => `> ${line}`),
    ],
  }),
  Gmail: ({ words }) =>
    parts(
      [
        words,
        '',
        'On Mon, Nov 23, 2026 at 8:00 AM Alerts <alerts@example.com> wrote:',
        '',
        ...quoted.map((line) => `> ${line}`),
      ],
      [
        `<div dir="ltr">${words}</div><br><div class="gmail_quote gmail_quote_container">`,
        '<div dir="ltr" class="gmail_attr">On Mon, Nov 23, 2026 at 8:00 AM Alerts wrote:<br></div>',
        `<blockquote class="gmail_quote">${quoted.join('<br>')}</blockquote></div>`,
      ],
    ),
  Thunderbird: ({ words }) => ({
    header: ['User-Agent: Mozilla Thunderbird', 'Content-Type: text/plain; charset=UTF-8; format=flowed'],
    body: [words, '', 'On 11/23/26 08:00, Alerts wrote:', ...quoted.map((line) => `> ${line}`)],
  }),
};
