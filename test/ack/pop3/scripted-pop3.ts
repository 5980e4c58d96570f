import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Account } from '../../../src/core/account.js';
import { type TestCertificate, testCertificate } from '../../helpers/certificate.js';
import { me } from '../scene.js';

/** What a client is doing; `RESPONSE` is its line in the middle of an AUTH. */
export type Point =
  | 'CAPA'
  | 'STLS'
  | 'AUTH'
  | 'RESPONSE'
  | 'USER'
  | 'PASS'
  | 'UIDL'
  | 'TOP'
  | 'RETR'
  | 'DELE'
  | 'RSET'
  | 'QUIT'
  | 'OTHER';

/** One line of a client that is answered. */
export interface Turn {
  readonly line: string;
  readonly socket: Socket;
  /** Which connection it is: 1 is the first. */
  readonly connection: number;
  /** Writes, each character a byte. */
  say(text: string | Buffer): void;
  /** Answers as an honest server does. */
  honest(): void;
  /** What an honest server says, each character a byte. */
  honestText(): string;
  /** Goes on in TLS, as after STLS. */
  secure(): void;
}

/** What the server says: a text, or what it does. */
export type Saying = string | ((turn: Turn) => void);

/** What a server says other than an honest one. */
export interface Script {
  /** In place of the greeting. */
  readonly greeting?: Saying;
  readonly on?: Partial<Readonly<Record<Point, Saying>>>;
  /** How many connections go by it; all unless told. */
  readonly connections?: number;
  /** What is announced, after STLS, too. */
  readonly capabilities?: readonly string[];
  readonly security?: 'none' | 'starttls' | 'tls';
}

const ordinary = ['TOP', 'UIDL', 'USER', 'SASL PLAIN XOAUTH2', 'PIPELINING'];
const end = '\r\n';

/** Starts a POP3 server on loopback with a maildrop. It lets everybody in, and says what a test wants. */
export async function startScriptedPop3(script: Script = {}) {
  const { security = 'none', capabilities = ordinary } = script;
  const certificate: TestCertificate | undefined = security === 'none' ? undefined : await testCertificate();
  let mails: { readonly uid: string; readonly raw: string }[] = [];
  const removed: string[] = [];
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let appended = 0;

  const listed = (text: string) => `+OK${end}${text}.${end}`;
  const mail = (number: string, part: (raw: string) => string) => {
    const found = mails[Number(number) - 1];
    if (!found) return `-ERR no such message${end}`;
    const raw = found.raw.endsWith(end) ? found.raw : `${found.raw}${end}`;
    return listed(part(raw).replace(/(^|\r\n)\./g, '$1..'));
  };
  const answer = (point: Point, line: string, isSecure: boolean): string => {
    const [, first = '', second] = line.split(' ');
    switch (point) {
      case 'CAPA': {
        const all = [...capabilities, ...(security === 'starttls' && !isSecure ? ['STLS'] : [])];
        return listed(all.map((each) => `${each}${end}`).join(''));
      }
      case 'AUTH':
        return second === undefined ? `+ ${end}` : `+OK in${end}`;
      case 'UIDL':
        return listed(mails.map(({ uid }, index) => `${index + 1} ${uid}${end}`).join(''));
      case 'TOP':
        return mail(first, (raw) => raw.slice(0, raw.indexOf(`${end}${end}`) + 4));
      case 'RETR':
        return mail(first, (raw) => raw);
      case 'OTHER':
        return `-ERR unknown command${end}`;
      default:
        return `+OK${end}`;
    }
  };

  const serve = (given: Socket) => {
    connections += 1;
    const connection = connections;
    const isScripted = connection <= (script.connections ?? Number.POSITIVE_INFINITY);
    let socket = given;
    let isSecure = security === 'tls';
    let isAsked = false;
    let marked: string[] = [];
    let rest = '';

    const listen = () => {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('data', onData);
    };
    const secure = () => {
      given.off('data', onData);
      rest = '';
      isSecure = true;
      socket = new TLSSocket(given, { isServer: true, ...certificate });
      listen();
    };
    const say = (text: string | Buffer) => {
      const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
      isAsked ||= /^\+[ \r]/.test(bytes.toString('latin1', 0, 2));
      if (!socket.destroyed) socket.write(bytes);
    };
    const speak = (saying: Saying, honestText: () => string, line: string, apply: () => void) => {
      const honest = () => {
        say(honestText());
        apply();
      };
      if (typeof saying === 'string') say(saying);
      else saying({ line, socket, connection, say, honest, honestText, secure });
    };
    const take = (line: string) => {
      lines.push(line);
      const point = isAsked ? 'RESPONSE' : pointOf(line);
      const honestText = () => answer(point, line, isSecure);
      isAsked = false;
      const apply = () => {
        const { uid } = mails[Number(line.split(' ')[1]) - 1] ?? {};
        if (point === 'DELE' && uid) marked.push(uid);
        if (point === 'RSET') marked = [];
        if (point === 'QUIT') {
          removed.push(...marked);
          mails = mails.filter((each) => !marked.includes(each.uid));
          socket.end();
        }
        if (point === 'STLS') secure();
      };
      const saying = isScripted ? script.on?.[point] : undefined;
      speak(saying ?? ((turn) => turn.honest()), honestText, line, apply);
    };
    function onData(chunk: Buffer) {
      rest += chunk.toString('latin1');
      for (let at = rest.indexOf(end); at !== -1; at = rest.indexOf(end)) {
        const line = rest.slice(0, at);
        rest = rest.slice(at + end.length);
        take(line);
      }
    }
    listen();
    const greeting = (isScripted && script.greeting) || `+OK ready${end}`;
    speak(
      greeting,
      () => `+OK ready${end}`,
      '',
      () => undefined,
    );
  };
  const server =
    security === 'tls' ? createTlsServer({ ...certificate }, serve) : createServer((socket) => serve(socket));
  // A client that breaks off in the middle of TLS.
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    /** The account whose maildrop it is. */
    account: (login: Account['login'] = { grant: 'password', password: 'secret' }, user = me): Account => ({
      ...{ name: 'alerts', mailbox: me, user: me, from: me, login },
      pop3: {
        ...{ host: '127.0.0.1', port, security, user, pollMs: 60_000 },
        ...(certificate ? { ca: [certificate.cert] } : {}),
      },
    }),
    /** Puts a mail into the maildrop; answers its unique-id. */
    append(raw: string): string {
      appended += 1;
      const uid = `mail-${appended}`;
      mails.push({ uid, raw });
      return uid;
    },
    /** What clients said, line by line. */
    lines: lines as readonly string[],
    /** The unique-ids of the mails that were removed. */
    removed: removed as readonly string[],
    connections: () => connections,
    /** Ends all connections at once. */
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const points: readonly Point[] = [
  'CAPA',
  'STLS',
  'AUTH',
  'USER',
  'PASS',
  'UIDL',
  'TOP',
  'RETR',
  'DELE',
  'RSET',
  'QUIT',
];

function pointOf(line: string): Point {
  const verb = line.split(' ')[0] ?? '';
  return points.find((point) => point === verb) ?? 'OTHER';
}
