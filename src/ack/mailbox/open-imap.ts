import { ImapFlow } from 'imapflow';
import type { MailServer } from '../../core/account.js';
import type { Network } from '../../core/network.js';
import type { MailboxCredential } from './mailbox-credential.js';

/** The limits of a connection, in milliseconds. */
export interface ImapLimits {
  /** From the name to TLS. */
  readonly connectMs: number;
  /** Silence where an answer is due; an idle connection is asked for a sign of life after as long. */
  readonly silenceMs: number;
  /** How long a login or a task takes at most, whatever the server says meanwhile. */
  readonly taskMs: number;
  /** How long one IDLE lasts at most (RFC 2177 says 29 minutes, mail servers are less patient). */
  readonly idleMs: number;
}

/** What a connection needs. */
export interface OpenImap {
  readonly server: MailServer & { readonly mailbox: string };
  readonly credential: MailboxCredential;
  /** Whether the mailbox is only read, never marked (EXAMINE instead of SELECT). */
  readonly readOnly: boolean;
  readonly network: Pick<Network, 'proxyFor' | 'ca'>;
  readonly limits: ImapLimits;
  readonly signal: AbortSignal;
}

const mebibyte = 1_048_576;

/**
 * Connects, logs in and opens the mailbox. Throws what imapflow throws.
 *
 * A client is good for one connection. Its `error` event has a listener before it connects, for without one it
 * would end the process; what is lost shows as `close`.
 */
export async function openImap(options: OpenImap): Promise<ImapFlow> {
  const { server, credential, network, limits, signal } = options;
  const ca = server.ca ?? network.ca;
  const proxy = network.proxyFor(`imap://${server.host}:${server.port}`);
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    doSTARTTLS: server.security === 'starttls',
    ...(server.serverName ? { servername: server.serverName } : {}),
    tls: { minVersion: 'TLSv1.2', ...(ca ? { ca: [...ca] } : {}) },
    ...(proxy ? { proxy } : {}),
    auth: { user: server.user, ...credential },
    clientInfo: { name: 'Ackmail', version: false, vendor: false, 'support-url': false },
    logger: false,
    disableAutoIdle: true,
    disableCompression: true,
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.connectMs,
    socketTimeout: limits.silenceMs,
    // A header is at most 64 kB and a message is fetched up to 1 MB; the rest is a server gone wild.
    maxLiteralSize: 4 * mebibyte,
    maxLineLength: 4 * mebibyte,
    maxResponseSize: 8 * mebibyte,
  });
  client.on('error', () => undefined);
  const close = () => client.close();
  signal.addEventListener('abort', close, { once: true });
  client.once('close', () => signal.removeEventListener('abort', close));
  const late = setTimeout(close, limits.taskMs);
  try {
    await client.connect();
    await client.mailboxOpen(server.mailbox, { readOnly: options.readOnly });
    return client;
  } catch (thrown) {
    client.close();
    throw thrown;
  } finally {
    clearTimeout(late);
  }
}
