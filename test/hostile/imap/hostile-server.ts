import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What an attacked client is doing, when the attack answers in place of the honest server. */
export type Point =
  | 'CAPABILITY'
  | 'LOGIN'
  | 'NAMESPACE'
  | 'SELECT'
  | 'DATES'
  | 'SEARCH'
  | 'HEADERS'
  | 'SOURCE'
  | 'LOOK'
  | 'MOVE'
  | 'IDLE'
  | 'OTHER';

/** One command under attack. */
export interface Turn {
  readonly tag: string;
  readonly socket: Socket;
  /** Writes, the tag put in place of `TAG`. */
  say(text: string | Buffer): void;
  /** Answers as the honest server does. */
  honest(): void;
  /** What the honest server says of its first mail to this command. */
  honestText(): string;
}

/** What the server says: a text, or what it does. A text without an answer to the command is a server that stalls. */
export type Saying = string | ((turn: Turn) => void);

/** A way in which a server lies, stalls or injects; afterwards it is honest. */
export interface Attack {
  readonly kind: string;
  readonly name: string;
  /** In place of the greeting. */
  readonly greeting?: Saying;
  readonly on?: Partial<Readonly<Record<Point, Saying>>>;
  /** How many connections are attacked; 1 unless told. Each of them once at each point. */
  readonly connections?: number;
  /** It keeps the first mail from being seen at all: nobody can know of it. */
  readonly hides?: true;
}

/** A server with a mailbox that attacks on its first connections. */
export interface HostileServer {
  readonly port: number;
  /** Puts a mail into the mailbox; answers its UID. */
  append(mail: string): number;
  /** The UIDs that somebody moved or marked. */
  readonly touched: ReadonlySet<number>;
  connections(): number;
  close(): Promise<void>;
}

const greeting = '* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n';
const capability = '* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR IDLE UIDPLUS MOVE NAMESPACE\r\n';

/** Starts one on loopback; `now` is its clock. */
export async function startHostileServer(attack: Attack, now: () => Date): Promise<HostileServer> {
  const mails = new Map<number, { readonly raw: string; readonly at: Date }>();
  const touched = new Set<number>();
  const sockets = new Map<Socket, { idle?: string }>();
  let nextUid = 7;
  let connections = 0;

  const uids = () => [...mails.keys()];
  const inSet = (set: string) => {
    const ranges = set.split(',').map((range) => {
      const [from = '', to = from] = range.split(':');
      const value = (text: string) => (text === '*' ? nextUid - 1 : Number(text));
      return [Math.min(value(from), value(to)), Math.max(value(from), value(to))] as const;
    });
    return (number: number) => ranges.some(([from, to]) => number >= from && number <= to);
  };
  const fetched = (set: string, items: string, byUid: boolean) => {
    const isIn = inSet(set);
    return uids().flatMap((uid, index) => {
      const { raw = '', at = now() } = mails.get(uid) ?? {};
      if (!isIn(byUid ? uid : index + 1)) return [];
      const header = raw.slice(0, raw.indexOf('\r\n\r\n') + 4);
      const parts = [`UID ${uid}`];
      if (items.includes('RFC822.SIZE')) parts.push(`RFC822.SIZE ${raw.length}`);
      if (items.includes('INTERNALDATE')) parts.push(`INTERNALDATE "${internalDate(at)}"`);
      if (items.includes('[HEADER]')) parts.push(`BODY[HEADER]<0> {${header.length}}\r\n${header}`);
      if (items.includes('BODY.PEEK[]')) parts.push(`BODY[]<0> {${raw.length}}\r\n${raw}`);
      return [`* ${index + 1} FETCH (${parts.join(' ')})\r\n`];
    });
  };

  /** Untagged answers of the honest server, and what its tagged one says. */
  function answer(command: string): { readonly text: string; readonly end: string } {
    const [, uid, verb = '', rest = ''] = /^(UID )?(\S+) ?(.*)$/s.exec(command) ?? [];
    const [set = '', ...items] = rest.split(' ');
    switch (verb) {
      case 'CAPABILITY':
        return { text: capability, end: 'OK done' };
      case 'NAMESPACE':
        return { text: '* NAMESPACE (("" "/")) NIL NIL\r\n', end: 'OK done' };
      case 'LIST':
        return { text: '* LIST () "/" INBOX\r\n', end: 'OK done' };
      case 'SELECT':
      case 'EXAMINE':
        return {
          text: `* FLAGS (\\Seen)\r\n* ${mails.size} EXISTS\r\n* OK [PERMANENTFLAGS (\\*)] ok\r\n* OK [UIDVALIDITY 77] ok\r\n* OK [UIDNEXT ${nextUid}] ok\r\n`,
          end: 'OK [READ-WRITE] done',
        };
      case 'FETCH':
        return { text: fetched(set, items.join(' '), uid !== undefined).join(''), end: 'OK done' };
      case 'SEARCH': {
        const isIn = set === 'UID' ? inSet(items[0] ?? '') : () => true;
        return { text: `* SEARCH ${uids().filter(isIn).join(' ')}\r\n`, end: 'OK done' };
      }
      case 'MOVE':
      case 'STORE': {
        const isIn = inSet(set);
        const found = uids().filter(isIn);
        for (const each of found) {
          touched.add(each);
          if (verb === 'MOVE') mails.delete(each);
        }
        return { text: verb === 'MOVE' ? found.map(() => '* 1 EXPUNGE\r\n').join('') : '', end: 'OK done' };
      }
      default:
        return { text: '', end: 'OK done' };
    }
  }

  const server = createServer((socket) => {
    connections += 1;
    const isAttacked = connections <= (attack.connections ?? 1);
    const done = new Set<Point>();
    const state: { idle?: string } = {};
    sockets.set(socket, state);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const write = (text: string | Buffer) => {
      if (!socket.destroyed) socket.write(text);
    };
    const speak = (saying: Saying, tag: string, command: string) => {
      const say = (text: string | Buffer) =>
        write(Buffer.isBuffer(text) ? text : Buffer.from(text.replaceAll('TAG', tag), 'latin1'));
      const honest = () => {
        if (command === 'IDLE') {
          state.idle = tag;
          return say('+ idling\r\n');
        }
        const { text, end } = answer(command);
        return say(`${text}TAG ${end}\r\n`);
      };
      if (typeof saying === 'string') say(saying);
      else saying({ tag, socket, say, honest, honestText: () => answer(command).text });
    };
    speak((isAttacked && attack.greeting) || greeting, '*', '');
    let rest = '';
    let waiting: { readonly tag: string; readonly command: string } | undefined;
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (line === 'DONE') {
          if (state.idle) write(`${state.idle} OK done\r\n`);
          delete state.idle;
          continue;
        }
        const [tag = '', ...words] =
          waiting && !line.includes(' ') ? [waiting.tag, waiting.command] : line.split(' ');
        const command = words.join(' ');
        const point = pointOf(command);
        const saying = isAttacked && !done.has(point) ? attack.on?.[point] : undefined;
        done.add(point);
        // PLAIN without its first answer (RFC 4959) gets a challenge first.
        if (!saying && command === 'AUTHENTICATE PLAIN' && !waiting) {
          waiting = { tag, command };
          write('+ \r\n');
          continue;
        }
        waiting = undefined;
        speak(saying ?? ((turn) => turn.honest()), tag, command);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    append(raw) {
      const uid = nextUid;
      nextUid += 1;
      mails.set(uid, { raw, at: now() });
      for (const [socket, { idle }] of sockets) if (idle) socket.write(`* ${mails.size} EXISTS\r\n`);
      return uid;
    },
    touched,
    connections: () => connections,
    async close() {
      for (const socket of sockets.keys()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pointOf(command: string): Point {
  if (/^(AUTHENTICATE|LOGIN)/.test(command)) return 'LOGIN';
  if (/^(SELECT|EXAMINE)/.test(command)) return 'SELECT';
  if (/^UID SEARCH/.test(command)) return 'SEARCH';
  if (/\[HEADER\]/.test(command)) return 'HEADERS';
  if (/BODY\.PEEK\[\]/.test(command)) return 'SOURCE';
  if (/^FETCH/.test(command)) return 'DATES';
  if (/^UID FETCH/.test(command)) return 'LOOK';
  if (/^UID (MOVE|STORE|COPY)/.test(command)) return 'MOVE';
  const [verb] = command.split(' ');
  return verb === 'CAPABILITY' || verb === 'NAMESPACE' || verb === 'IDLE' ? verb : 'OTHER';
}

function internalDate(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}
