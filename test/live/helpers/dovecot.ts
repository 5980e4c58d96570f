import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { testCertificate } from '../../helpers/certificate.js';
import { freePort } from '../../helpers/free-port.js';
import { until } from '../../helpers/until.js';
import { answers } from './answers.js';
import { dovecotConfiguration } from './dovecot-configuration.js';
import { startServerProcess } from './server-process.js';

const run = promisify(execFile);

export interface DovecotOptions {
  /** Where tokens are checked (RFC 7662), with the name and secret of a client in it. */
  readonly introspectionUrl: string;
  /** The addresses that have a mailbox; each is a login name too. */
  readonly users: readonly string[];
  /** Passwords of users; the others get one that nobody knows but `mails`. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** The SMTP port of 127.0.0.1 that submission hands mail to. */
  readonly relayPort: number;
  /** Any free one unless told. */
  readonly lmtpPort?: number;
  /** A scope that tokens must have, by what introspection says of them. */
  readonly scope?: string;
  /** The SASL mechanisms of all its logins; XOAUTH2, OAUTHBEARER, PLAIN and LOGIN unless told. */
  readonly mechanisms?: string;
  /** Another address of this machine that IMAP and submission are reached at, besides 127.0.0.1. */
  readonly host?: string;
}

/** A Dovecot with IMAP over TLS, POP3, submission with STARTTLS and LMTP, in a folder of its own. */
export interface Dovecot {
  /** IMAP, TLS from the first byte; the certificate is `testCertificate`'s, for localhost. */
  readonly imapPort: number;
  /** POP3, TLS from the first byte. */
  readonly pop3Port: number;
  /** POP3, TLS by STLS. */
  readonly pop3StlsPort: number;
  /** Submission, STARTTLS before login. */
  readonly submissionPort: number;
  readonly lmtpPort: number;
  /** Delivers a mail by LMTP, as a relay does. */
  deliver(to: string, raw: string): Promise<void>;
  /** The mails of a user, whole, the oldest first; of INBOX unless told. None where there is no such mailbox. */
  mails(user: string, mailbox?: string): Promise<readonly string[]>;
  /** Gives a user another password, for logins from now on. */
  setPassword(user: string, password: string): Promise<void>;
  /** Ends the sessions of a user, as a provider does when a grant is revoked. */
  kick(user: string): Promise<void>;
  /** Puts a mail into a mailbox as it is, made where it is missing. */
  append(user: string, raw: string | Buffer, options?: { mailbox?: string; flags?: string[] }): Promise<void>;
  /** All that a mailbox holds, a line for each mail: UID, flags, date, and a hash of its bytes. */
  dump(user: string, mailbox?: string): Promise<readonly string[]>;
  /** Kills it without a word, and starts it again on the same ports with the same mailboxes; `meanwhile` it is down. */
  restart(meanwhile?: () => Promise<unknown>): Promise<void>;
  /** What Dovecot logged. */
  log(): Promise<string>;
  close(): Promise<void>;
}

/** Starts a Dovecot; needs root, since it drops its rights. XOAUTH2, OAUTHBEARER, PLAIN and LOGIN work. */
export async function startDovecot(options: DovecotOptions): Promise<Dovecot> {
  const dir = await mkdtemp(join(tmpdir(), 'ackdove-'));
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 5 });
  try {
    return await start(dir, options, remove);
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

async function start(dir: string, options: DovecotOptions, remove: () => Promise<void>): Promise<Dovecot> {
  const imapPort = await freePort();
  const pop3Port = await freePort();
  const pop3StlsPort = await freePort();
  const submissionPort = await freePort();
  const lmtpPort = options.lmtpPort ?? (await freePort());
  const { key, cert } = await testCertificate();
  // The login processes run as another user and must reach their sockets.
  await chmod(dir, 0o755);
  await mkdir(join(dir, 'mail'));
  await chmod(join(dir, 'mail'), 0o777);
  await writeFile(join(dir, 'key.pem'), key, { mode: 0o600 });
  await writeFile(join(dir, 'cert.pem'), cert);
  const passwords = new Map(Object.entries(options.passwords ?? {}));
  const passwordOf = (user: string) => passwords.get(user) ?? `unknown-${user}`;
  const writeUsers = async () => {
    const users = options.users.map(
      (user) => `${user}:{PLAIN}${passwordOf(user)}:65534:65534::${join(dir, 'mail', user)}::`,
    );
    // Dovecot looks at the file before each login, and must not find half of one.
    await writeFile(join(dir, 'users.new'), `${users.join('\n')}\n`, { mode: 0o644 });
    await rename(join(dir, 'users.new'), join(dir, 'users'));
  };
  await writeUsers();
  const oauth = `introspection_mode = post
introspection_url = ${options.introspectionUrl}
username_attribute = sub
active_attribute = active
active_value = true
timeout_msecs = 5000
${options.scope === undefined ? '' : `scope = ${options.scope}\n`}`;
  await writeFile(join(dir, 'oauth2.conf'), oauth, { mode: 0o644 });
  const listen = ['127.0.0.1', ...(options.host ? [options.host] : [])].join(', ');
  const { relayPort, mechanisms = 'plain login xoauth2 oauthbearer' } = options;
  const ports = { imapPort, pop3Port, pop3StlsPort, submissionPort, lmtpPort, relayPort, listen, mechanisms };
  await writeFile(join(dir, 'dovecot.conf'), dovecotConfiguration(dir, ports));

  const log = () => readFile(join(dir, 'dovecot.log'), 'utf8');
  const startServer = () =>
    startServerProcess({
      name: 'Dovecot',
      binary: 'dovecot',
      args: ['-F', '-c', join(dir, 'dovecot.conf')],
      ready: async () => (await answers(lmtpPort, '220')) && (await answers(submissionPort, '220')),
      log,
    });
  let server = await startServer();
  const withClient = async <T>(user: string, task: (client: ImapFlow) => Promise<T>): Promise<T> => {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: imapPort,
      secure: true,
      tls: { ca: cert, servername: 'localhost' },
      auth: { user, pass: passwordOf(user) },
      logger: false,
    });
    client.on('error', () => {});
    await client.connect();
    try {
      return await task(client);
    } finally {
      await client.logout();
    }
  };

  return {
    imapPort,
    pop3Port,
    pop3StlsPort,
    submissionPort,
    lmtpPort,
    async deliver(to, raw) {
      const transport = createTransport({ host: '127.0.0.1', port: lmtpPort, lmtp: true, ignoreTLS: true });
      await transport.sendMail({ envelope: { from: 'relay@example.com', to }, raw });
      transport.close();
    },
    mails: (user, mailbox = 'INBOX') =>
      withClient(user, async (client) => {
        const listed = await client.list();
        if (!listed.some(({ path }) => path === mailbox)) return [];
        await client.mailboxOpen(mailbox, { readOnly: true });
        const messages = await client.fetchAll('1:*', { source: true });
        return messages.map((message) => message.source?.toString('utf8') ?? '');
      }),
    append: (user, raw, { mailbox = 'INBOX', flags = [] } = {}) =>
      withClient(user, async (client) => {
        await client.mailboxCreate(mailbox);
        await client.append(mailbox, raw, flags);
      }),
    dump: (user, mailbox = 'INBOX') =>
      withClient(user, async (client) => {
        await client.mailboxOpen(mailbox, { readOnly: true });
        const query = { uid: true, flags: true, internalDate: true, source: true } as const;
        return (await client.fetchAll('1:*', query)).map(({ uid, flags, internalDate, source }) => {
          // Whether it is new to a session is told, and not kept (RFC 3501 section 2.3.2).
          const kept = [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
          const bytes = createHash('sha256')
            .update(source ?? '')
            .digest('hex');
          return `${uid} (${kept.join(' ')}) ${new Date(internalDate ?? 0).toISOString()} ${bytes}`;
        });
      }),
    async restart(meanwhile) {
      await server.kill();
      // What it had started ends when it notices, and holds the ports until then.
      await until('the ports to be free', async () => !(await answers(lmtpPort, '220')), 20_000);
      await meanwhile?.();
      server = await startServer();
    },
    async setPassword(user, password) {
      passwords.set(user, password);
      await writeUsers();
    },
    async kick(user) {
      // doveadm fails when there is no session to end, which is what is wanted.
      await run('doveadm', ['-c', join(dir, 'dovecot.conf'), 'kick', user]).catch(() => undefined);
    },
    log,
    async close() {
      await server.close();
      await remove();
    },
  };
}
