import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.js';
import { freePort } from './free-port.js';
import { startImapServer, type TestImapServer } from './imap-server.js';
import { authservId, received } from './received.js';
import { type SubmissionServer, startSubmissionServer } from './submission-server.js';

/** The two mailboxes of a lab: the one that alerts leave from and replies come to, and the person who gets them. */
export const alertsMailbox = 'alerts@example.com';
export const person = 'ops@example.com';

/** What a lab may do differently. */
export interface LabOptions {
  readonly accessTokenTtlS?: number;
  readonly clientSecret?: string;
  /** Where sign-ins come back to; Ackmail's own HTTP unless told. */
  readonly redirectUri?: string;
}

/** An authorization server, a submission server and an IMAP server on loopback that work together. */
export interface Lab {
  readonly authorization: AuthorizationServer;
  readonly submission: SubmissionServer;
  readonly imap: TestImapServer;
  /** The port that Ackmail's own HTTP listens on: the redirect URI names it. */
  readonly port: number;
  readonly clientSecret: string;
  /** The access tokens that the mail servers were shown. */
  readonly tokens: ReadonlySet<string>;
  /** Settings of Ackmail that fit, with whatever else is given. */
  settings(more?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Mails in the person's mailbox, oldest first. */
  received(): readonly string[];
  /** Answers a mail as the person's mail client would, into the mailbox that it was sent from. */
  reply(mail: string, words: string, options?: ReplyOptions): void;
  close(): Promise<void>;
}

/** How a reply differs from the ordinary one. */
export interface ReplyOptions {
  readonly from?: string;
  readonly header?: readonly string[];
}

let replies = 0;

/** Starts the three servers; mail that is submitted arrives in the mailboxes of its recipients. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const port = await freePort();
  const { clientSecret = 'the-secret-of-the-client' } = options;
  const authorization = await startAuthorizationServer({
    users: [alertsMailbox, person],
    clientId: 'ackmail',
    clientSecret,
    redirectUris: [options.redirectUri ?? `http://localhost:${port}/oauth/callback`],
    ...(options.accessTokenTtlS ? { accessTokenTtlS: options.accessTokenTtlS } : {}),
  });
  const tokens = new Set<string>();
  const validate = async (user: string, token: string) => {
    tokens.add(token);
    const seen = await authorization.introspect(token);
    return seen.active && seen.user === user;
  };
  const imap = await startImapServer({ users: { [alertsMailbox]: '', [person]: '' }, validate });
  const submission = await startSubmissionServer({
    validate,
    onMail: (mail) => {
      for (const to of mail.to) {
        const user = to.replace(/\+[^@]*@/, '@');
        if (user === alertsMailbox || user === person) imap.append(mail.raw, { user });
      }
    },
  });
  return {
    authorization,
    submission,
    imap,
    port,
    clientSecret,
    tokens,
    settings: (more = {}) => ({
      accounts: {
        alerts: {
          mailbox: alertsMailbox,
          issuer: authorization.issuer,
          clientId: 'ackmail',
          clientSecret,
          smtp: { host: '127.0.0.1', port: submission.port, security: 'none' },
          imap: { host: '127.0.0.1', port: imap.port, security: 'none' },
        },
      },
      actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
      acknowledgement: { account: 'alerts', authservId, answers: { confirm: false, tellOthers: false } },
      http: { listen: `127.0.0.1:${port}` },
      ...more,
    }),
    received: () => imap.mails('INBOX', person).map((mail) => mail.raw),
    reply(mail, words, more = {}) {
      imap.append(writeReply(mail, words, more), { user: alertsMailbox });
    },
    async close() {
      await Promise.all([authorization.close(), submission.close(), imap.close()]);
    },
  };
}

/** What an ordinary mail client sends when a person answers `mail`, as it is received. */
export function writeReply(
  mail: string,
  words: string,
  { from = person, header = [] }: ReplyOptions = {},
): string {
  replies += 1;
  const messageId = headerField(mail, 'Message-ID');
  const references = `${headerField(mail, 'References')} ${messageId}`.trim().replace(/\s+/g, '\r\n ');
  return received(
    [
      `From: ${from}`,
      `To: ${headerField(mail, 'Reply-To') || headerField(mail, 'From')}`,
      `Subject: Re: ${headerField(mail, 'Subject')}`,
      `Message-ID: <reply-${replies}-${process.pid}@client.example.com>`,
      `Date: ${new Date(Date.now() + replies * 1_000).toUTCString()}`,
      `In-Reply-To: ${messageId}`,
      `References: ${references}`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      ...header,
      '',
      words,
      '',
      'On Sunday, Alerts wrote:',
      '> the alert',
      '',
    ].join('\r\n'),
  );
}

/** The value of a header field of a mail, unfolded; empty when there is none. */
export function headerField(mail: string, name: string): string {
  const end = mail.indexOf('\r\n\r\n');
  const header = (end === -1 ? mail : mail.slice(0, end)).replace(/\r\n[ \t]+/g, ' ');
  const line = header.split('\r\n').find((text) => text.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}
