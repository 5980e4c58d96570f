import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { testCertificate } from '../test/helpers/certificate.js';
import { startDovecot } from '../test/live/helpers/dovecot.js';
import { login } from './start-mail-servers.js';

/** A mailbox on Dovecot, for what a server of our own would not show. */
export interface Mailbox {
  /** The settings of an account that reads it. */
  readonly imap: object;
  /** The port where it is read over POP3, in TLS from the first byte. */
  readonly pop3Port: number;
  /** Appends mails, as they are. */
  append(mails: readonly string[], mailbox?: string): Promise<void>;
  /** Makes a mailbox of so many copies of a mail, received last year. */
  fill(mailbox: string, count: number, mail: string): Promise<void>;
  close(): Promise<void>;
}

const connections = 4;

/** Starts Dovecot; throws with the way to install it where it is missing. `folder` is for its certificate. */
export async function startMailbox(folder: string): Promise<Mailbox> {
  const { cert } = await testCertificate();
  const dovecot = await startDovecot({
    introspectionUrl: 'http://127.0.0.1:1/',
    users: [login.user],
    passwords: { [login.user]: login.password },
    relayPort: 1,
  });
  await writeFile(join(folder, 'ca.pem'), cert);
  const connect = async () => {
    const client = new ImapFlow({
      ...{ host: 'localhost', port: dovecot.imapPort, secure: true, tls: { ca: cert }, logger: false },
      auth: { user: login.user, pass: login.password },
    });
    await client.connect();
    return client;
  };
  return {
    imap: { host: 'localhost', port: dovecot.imapPort, security: 'tls', tls: { ca: join(folder, 'ca.pem') } },
    pop3Port: dovecot.pop3Port,
    async append(mails, mailbox = 'INBOX') {
      let next = 0;
      const work = async () => {
        const client = await connect();
        for (let mail = mails[next++]; mail !== undefined; mail = mails[next++])
          await client.append(mailbox, mail);
        await client.logout();
      };
      await Promise.all(Array.from({ length: Math.min(connections, mails.length) }, work));
    },
    async fill(mailbox, count, mail) {
      const client = await connect();
      await client.mailboxCreate(mailbox);
      const lastYear = new Date(Date.now() - 365 * 86_400_000);
      await client.append(mailbox, mail, [], lastYear);
      await client.mailboxOpen(mailbox);
      for (let held = 1; held < count; ) {
        const more = Math.min(held, count - held);
        await client.messageCopy(`1:${more}`, mailbox);
        held += more;
      }
      await client.logout();
    },
    close: dovecot.close,
  };
}
