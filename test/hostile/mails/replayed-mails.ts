import { type Change, type HostileMail, letter, mailsOf } from './hostile-mail.js';

const date = new Date().toUTCString();
const signature = 'v=1; a=rsa-sha256; d=example.com; s=x; h=from; bh=YQ==; b=QUJDREVGR0g=';

/** The mail that was taken. */
export const takenMail = (mailId: string, change: Change = {}): string =>
  letter(mailId, { ...change, fields: { Date: date, 'DKIM-Signature': signature, ...change.fields } });

const again = (change: Change) => (mailId: string) => takenMail(mailId, change);

/** The same one, as it comes again. */
export const replayedMails: readonly HostileMail[] = [
  ...mailsOf('replayed', 'acknowledge', {
    'the same bytes': again({}),
    'with trace fields on top': (mailId) => `Received: by mx.example.com\r\n${takenMail(mailId)}`,
    'with another subject': again({ fields: { Subject: 'Re: another' } }),
    'with other words': again({ body: 'unack\r\n' }),
    'with white space in its Message-ID': (mailId) =>
      takenMail(mailId).replace('Message-ID: <', 'Message-ID:\r\n <'),
    'with a space behind the name of the field': (mailId) =>
      takenMail(mailId).replace('Message-ID:', 'message-id :'),
  }),
  ...mailsOf('replayed', 'refused', {
    'with another Message-ID': again({ fields: { 'Message-ID': '<other@client.example.com>' } }),
    'without a Message-ID': again({ fields: { 'Message-ID': undefined } }),
    'with two Message-IDs': again({ more: ['Message-ID: <second@client.example.com>'] }),
    'with another Message-ID and without its signature': again({
      fields: { 'Message-ID': '<unsigned@client.example.com>', 'DKIM-Signature': undefined },
    }),
    'with its signature on other words': again({
      fields: { 'Message-ID': '<words@client.example.com>', Date: 'Mon, 02 Nov 2099 03:00:00 +0000' },
      body: 'unack\r\n',
    }),
    'with its signature and the reference of another mail': (mailId) => {
      const other = `${mailId.slice(0, -4)}next`;
      return takenMail(other, { fields: { 'Message-ID': '<next@client.example.com>' } });
    },
  }),
];
