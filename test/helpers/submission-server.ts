import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream } from 'smtp-server';
import type { TestCertificate } from './certificate.js';
import { freePort } from './free-port.js';

/** A reply that refuses, such as `{ code: 550, text: '5.1.1 no such user' }`. */
export interface Refusal {
  readonly code: number;
  readonly text: string;
}

/** A mail as the server took it. */
export interface TakenMail {
  readonly from: string;
  /** The recipients that were accepted, in their order. */
  readonly to: readonly string[];
  /** The message as it came, dots unstuffed. */
  readonly raw: string;
  /** The connection that it came by: 1 for the first that was opened. */
  readonly connection: number;
}

/** How a submission server behaves; everything may be left out. */
export interface SubmissionServerOptions {
  /** Says whether a bearer token is good for a user; without it XOAUTH2 is not offered. */
  readonly validate?: (user: string, token: string) => Promise<boolean>;
  /** The login by password (PLAIN, LOGIN); without `validate` and `password` no login is asked for. */
  readonly password?: { readonly user: string; readonly pass: string };
  /** What is answered to a refused login: straight away as Exchange does, unless `challenge` is set. */
  readonly loginRefusal?: Refusal;
  /** A bad bearer token gets a 334 challenge first, as RFC 7628 and Gmail have it. */
  readonly challenge?: boolean;
  readonly tls?: TestCertificate;
  /** With `tls`: TLS begins by STARTTLS and not with the first byte. */
  readonly starttls?: boolean;
  readonly port?: number;
  /** Refuses a connection in place of the greeting; `open` connections there are, this one counted. */
  readonly rejectConnection?: (open: number) => Refusal | undefined;
  readonly rejectSender?: (address: string) => Refusal | undefined;
  /** `taken` recipients of this transaction were taken before. */
  readonly rejectRecipient?: (address: string, taken: number) => Refusal | undefined;
  /** Does not offer SMTPUTF8 (RFC 6531). */
  readonly withoutSmtpUtf8?: boolean;
  /** Refuses a message after its data. */
  readonly rejectMail?: (mail: TakenMail) => Refusal | undefined;
  /** What follows `250 ` after a message; default `2.0.0 OK queued`. */
  readonly acceptance?: (mail: TakenMail) => string;
  /** Told of each mail before it is answered for; the answer waits until it returns. */
  readonly onMail?: (mail: TakenMail) => Promise<void> | void;
  /**
   * Has the limits of Exchange Online: the 4th connection at a time gets 432 4.3.2, the 31st message in any 60
   * seconds 451 4.7.500.
   */
  readonly exchangeLimits?: boolean;
  /** Keep nothing but a count, for benchmarks. */
  readonly sink?: boolean;
}

/** A submission server (RFC 6409) on loopback. */
export interface SubmissionServer {
  readonly port: number;
  /** What was taken, oldest first; empty with `sink`. */
  readonly mails: readonly TakenMail[];
  /** How many mails were taken. */
  readonly count: () => number;
  /** How many connections and messages were refused by `exchangeLimits`. */
  readonly throttled: () => number;
  /** How many connections there were. */
  readonly connections: () => number;
  /** The bearer tokens and passwords that were tried, oldest first. */
  readonly logins: readonly string[];
  /** Answers the mails when at least `count` were taken; fails after `limitMs` (default 5 s). */
  waitForMail(count: number, limitMs?: number): Promise<readonly TakenMail[]>;
  /** Ends every connection, as a provider does that has revoked a grant. */
  drop(): void;
  close(): Promise<void>;
}

/** Starts a submission server on 127.0.0.1. */
export async function startSubmissionServer(
  options: SubmissionServerOptions = {},
): Promise<SubmissionServer> {
  const mails: TakenMail[] = [];
  const logins: string[] = [];
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();
  /** Which connection a session is. */
  const ordinals = new Map<string, number>();
  let taken = 0;
  let connections = 0;
  let throttled = 0;
  const takenAtMs: number[] = [];
  const isOverRate = () => {
    if (!options.exchangeLimits) return false;
    const isOver = Date.now() - (takenAtMs.at(-30) ?? 0) < 60_000;
    if (!isOver) takenAtMs.push(Date.now());
    return isOver;
  };
  const throttle = (text: string, code: number) => {
    throttled += 1;
    return refusal({ code, text });
  };
  const wantsLogin = options.validate !== undefined || options.password !== undefined;
  const loginRefusal = options.loginRefusal ?? { code: 535, text: '5.7.3 Authentication unsuccessful' };

  const server = new SMTPServer({
    ...(options.tls ? { key: options.tls.key, cert: options.tls.cert } : {}),
    secure: options.tls !== undefined && options.starttls !== true,
    disabledCommands: [
      ...(options.tls && options.starttls ? [] : ['STARTTLS']),
      ...(wantsLogin ? [] : ['AUTH']),
    ],
    authMethods: [...(options.validate ? ['XOAUTH2'] : []), ...(options.password ? ['PLAIN', 'LOGIN'] : [])],
    authOptional: !wantsLogin,
    // STARTTLS is the only way in where it is offered, as at every large provider.
    allowInsecureAuth: !options.tls,
    disableReverseLookup: true,
    hideSMTPUTF8: options.withoutSmtpUtf8 === true,
    closeTimeout: 100,
    logger: false,
    onConnect(session, callback) {
      connections += 1;
      ordinals.set(session.id, connections);
      const refused = options.rejectConnection?.(sockets.size);
      if (options.exchangeLimits && sockets.size > 3)
        callback(throttle('4.3.2 Concurrent connections limit exceeded', 432));
      else callback(refused && refusal(refused));
    },
    onClose: ({ id }) => void ordinals.delete(id),
    onAuth(auth, _session, callback) {
      const secret = auth.accessToken ?? auth.password ?? '';
      logins.push(secret);
      const good =
        auth.method === 'XOAUTH2'
          ? (options.validate?.(auth.username ?? '', secret) ?? Promise.resolve(false))
          : Promise.resolve(auth.username === options.password?.user && secret === options.password?.pass);
      good.then(
        (isGood) => {
          if (isGood) callback(null, { user: auth.username });
          else if (options.challenge && auth.method === 'XOAUTH2')
            callback(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } });
          else callback(refusal(loginRefusal));
        },
        (error: unknown) => callback(refusal({ code: 454, text: `4.7.0 ${String(error)}` })),
      );
    },
    onMailFrom: (address, _session, callback) => callback(refusalOf(options.rejectSender, address)),
    onRcptTo({ address }, { envelope }, callback) {
      const refused = options.rejectRecipient?.(address, envelope.rcptTo.length);
      callback(refused && refusal(refused));
    },
    onData(stream, session, callback) {
      const connection = ordinals.get(session.id) ?? 0;
      read(stream).then(
        async (raw) => {
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom ? mailFrom.address : '';
          const mail = { from, to: rcptTo.map((to) => to.address), raw, connection };
          if (isOverRate()) return callback(throttle('4.7.500 Server busy. Please try again later', 451));
          const refused = options.rejectMail?.(mail);
          if (refused) return callback(refusal(refused));
          await options.onMail?.(mail);
          taken += 1;
          if (!options.sink) mails.push(mail);
          for (const look of waiting) look();
          callback(null, options.acceptance?.(mail) ?? '2.0.0 OK queued');
        },
        (error: Error) => callback(error),
      );
    },
  });
  // A client that goes away in the middle is part of the tests.
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const port = options.port || (await freePort());
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    port,
    mails,
    count: () => taken,
    throttled: () => throttled,
    connections: () => connections,
    logins,
    waitForMail(count, limitMs = 5_000) {
      return new Promise((resolve, reject) => {
        const end = () => {
          waiting.delete(look);
          clearTimeout(timer);
        };
        const look = () => {
          if (taken < count) return;
          end();
          resolve(mails);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`${taken} of ${count} mails after ${limitMs} ms`));
        }, limitMs);
        waiting.add(look);
        look();
      });
    },
    drop() {
      for (const socket of sockets) socket.end();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refusal({ code, text }: Refusal): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

function refusalOf(
  decide: ((address: string) => Refusal | undefined) | undefined,
  address: SMTPServerAddress,
): Error | undefined {
  const refused = decide?.(address.address);
  return refused && refusal(refused);
}

function read(stream: SMTPServerDataStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
    stream.on('error', reject);
  });
}
