import { type HostileMail, letter, mailsOf } from './hostile-mail.js';

/** Mails that were taken once, and come again. */
export const replayedMails = (taken: string): readonly HostileMail[] => [
  ...mailsOf('replayed', 'acknowledge', {
    'the same bytes': () => letter(taken),
    'with trace fields on top': () => `Received: by mx.example.com\r\n${letter(taken)}`,
    'with another subject': () => letter(taken, { fields: { Subject: 'Re: another' } }),
    'with other words': () => letter(taken, { body: 'unack\r\n' }),
    'with white space in its Message-ID': () => letter(taken).replace('Message-ID: <', 'Message-ID:\r\n <'),
    'with a comment on the Message-ID': () => letter(taken).replace('Message-ID:', 'message-id :'),
  }),
];
