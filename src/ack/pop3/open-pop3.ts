import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Account } from '../../core/account.js';
import { describe, Fault } from '../../core/fault.js';
import type { Network } from '../../core/network.js';
import { withoutCredentials } from '../../core/without-credentials.js';
import type { MailboxCredential } from '../mailbox/mailbox-credential.js';
import { createPop3Client, type Pop3Client } from './pop3-client.js';
import { createPop3Connection, type Pop3Limits } from './pop3-connection.js';
import { Pop3Refusal } from './pop3-refusal.js';
import { serverFacts } from './pop3-trouble.js';

/** A session in which somebody is logged in. */
export interface Pop3Session extends Pop3Client {
  /** What the server said that it can do. */
  readonly capabilities: ReadonlyMap<string, string>;
  /** Ends it at once, without `quit`: what is marked stays. */
  close(): void;
}

/** What a session needs. */
export interface OpenPop3 {
  readonly account: Account;
  readonly credential: MailboxCredential;
  readonly network: Pick<Network, 'connect' | 'ca'>;
  readonly limits: Pop3Limits;
  readonly signal: AbortSignal;
}

/**
 * Connects, in TLS as the settings say, and logs in. Throws POP3_UNREACHABLE, POP3_TLS, a `Pop3Refusal`, or the error
 * that broke the connection.
 */
export async function openPop3({
  account,
  credential,
  network,
  limits,
  signal,
}: OpenPop3): Promise<Pop3Session> {
  const { pop3: server } = account;
  if (!server) throw new Fault('CONFIG_INVALID', { detail: `accounts.${account.name} has no pop3 server` });
  const ca = server.ca ?? network.ca;
  const name = server.serverName ?? server.host;
  const tls: ConnectionOptions = {
    host: name,
    // RFC 6066 section 3: no literal addresses.
    ...(isIP(name) ? {} : { servername: name }),
    minVersion: 'TLSv1.2',
    ...(ca ? { ca: [...ca] } : {}),
  };
  const told = async <T>(code: 'POP3_UNREACHABLE' | 'POP3_TLS', work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (thrown) {
      const detail = withoutCredentials(describe(thrown), account);
      throw new Fault(code, { ...serverFacts(account), detail }, thrown);
    }
  };
  const socket = await told('POP3_UNREACHABLE', network.connect(server.host, server.port, limits.connectMs));
  const connection = createPop3Connection(socket, limits);
  const { close } = connection;
  // Where TLS fails nobody waits for it.
  connection.greeting.catch(() => undefined);
  signal.addEventListener('abort', close, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', close));
  try {
    if (signal.aborted) throw new Error('the connection is closed');
    if (server.security === 'tls') await told('POP3_TLS', connection.secure(tls));
    const greeting = await connection.greeting;
    if (greeting.status !== '+OK') throw new Pop3Refusal('the connection', greeting.text);
    const client = createPop3Client(connection);
    let capabilities = await client.capa();
    if (server.security === 'starttls') {
      await told(
        'POP3_TLS',
        client.stls().then(() => connection.secure(tls)),
      );
      // What was said before TLS anybody may have said (RFC 2595 section 4).
      capabilities = await client.capa();
    }
    await client.logIn(server.user, credential);
    return { ...client, capabilities, close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}
