import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { freePort } from './free-port.js';

/** How a POP3 server on loopback behaves. */
export interface Pop3ServerOptions {
  /** The users with their passwords; an empty password: by token alone. */
  readonly users: Readonly<Record<string, string>>;
  /** Whether an access token is good for a user; absent: none is. */
  readonly validate?: (user: string, token: string) => Promise<boolean>;
  /** TLS from the first byte, or by STLS; absent for none. */
  readonly tls?: { readonly mode: 'tls' | 'starttls'; readonly key: string; readonly cert: string };
  /** The port; absent for a free one. */
  readonly port?: number;
}

/** A mail in a maildrop. */
export interface DroppedMail {
  readonly uid: string;
  readonly raw: string;
}

/** A POP3 server in this process, with XOAUTH2, OAUTHBEARER and PIPELINING (RFC 1939, 2449, 2595, 5034). */
export interface TestPop3Server {
  readonly port: number;
  /** Puts a mail into the maildrop of a user (the first one), with a `Received` of the moment it arrived. */
  append(raw: string, options?: { user?: string; at?: Date }): DroppedMail;
  mails(user?: string): readonly DroppedMail[];
  /** The command lines that came in, without those that log in. */
  readonly commands: string[];
  /** How many sessions logged in so far, and how many logins were refused. */
  readonly logins: { accepted: number; refused: number };
  /** The maildrop of a user is held by another program from now on, or no longer. */
  lock(held: boolean, user?: string): void;
  /** Mails that are not handed out, by their unique-ids. */
  readonly refused: Set<string>;
  /** Ends every connection. */
  drop(): void;
  /** Takes all mails of a user away. */
  clear(user?: string): void;
  /** Gives all mails other unique-ids. */
  renumber(user?: string): void;
  close(): Promise<void>;
}

interface Session {
  socket: Socket;
  user?: string;
  /** What takes the next line, where an AUTH waits for it. */
  next?: (line: string) => void | Promise<void>;
  mails: readonly DroppedMail[];
  readonly deleted: Set<number>;
}

const fromBase64 = (text: string) => Buffer.from(text, 'base64').toString();

/** Starts a POP3 server on a free port of 127.0.0.1. */
export async function startPop3Server(options: Pop3ServerOptions): Promise<TestPop3Server> {
  const names = Object.keys(options.users);
  const maildrops = new Map<string, DroppedMail[]>(names.map((name) => [name, []]));
  const locks = new Set<string>();
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  const logins = { accepted: 0, refused: 0 };
  const refused = new Set<string>();
  let count = 0;
  const dropOf = (user = names[0] ?? '') => maildrops.get(user) ?? [];

  function serve(raw: Socket, isSecure: boolean, greets: boolean): void {
    const session: Session = { socket: raw, mails: [], deleted: new Set() };
    raw.setNoDelay(true);
    sockets.add(raw);
    raw.on('error', () => undefined);
    raw.on('close', () => {
      sockets.delete(raw);
      if (session.user !== undefined) locks.delete(session.user);
    });
    const say = (...lines: readonly string[]) => void session.socket.write(`${lines.join('\r\n')}\r\n`);
    const sayLines = (first: string, lines: readonly string[]) =>
      say(first, ...lines.map((line) => (line.startsWith('.') ? `.${line}` : line)), '.');
    const finish = (user: string, good: boolean) => {
      delete session.next;
      if (!good) {
        logins.refused += 1;
        return say('-ERR [AUTH] Authentication failed.');
      }
      if (locks.has(user)) return say('-ERR [IN-USE] The maildrop is held by somebody else.');
      logins.accepted += 1;
      locks.add(user);
      session.user = user;
      session.mails = [...dropOf(user)];
      say('+OK Logged in.');
    };
    const byToken = async (response: string) => {
      const text = fromBase64(response);
      const user = /^n,a=([^,]*),/.exec(text)?.[1] ?? /^user=([^\x01]*)/.exec(text)?.[1] ?? '';
      const token = /auth=Bearer ([^\x01]*)/.exec(text)?.[1] ?? '';
      if (maildrops.has(user) && (await options.validate?.(user, token))) return finish(user, true);
      // The challenge says why, and wants an answer (RFC 7628 section 3.2.3).
      session.next = () => finish(user, false);
      say(`+ ${Buffer.from('{"status":"invalid_token"}').toString('base64')}`);
    };
    const mailOf = (word: string) => {
      const mail = session.mails[Number(word) - 1];
      return mail && !session.deleted.has(Number(word)) && !refused.has(mail.uid) ? mail : undefined;
    };
    const passwordIsGood = (user: string, password: string) =>
      password !== '' && options.users[user] === password;
    let asked = '';

    const known: Readonly<Record<string, (words: readonly string[]) => void | Promise<void>>> = {
      CAPA: () =>
        sayLines('+OK', [
          ...['TOP', 'UIDL', 'PIPELINING', 'USER', 'SASL PLAIN XOAUTH2 OAUTHBEARER'],
          ...(options.tls?.mode === 'starttls' && !isSecure ? ['STLS'] : []),
        ]),
      STLS: () => {
        if (options.tls?.mode !== 'starttls' || isSecure) return say('-ERR No TLS here.');
        say('+OK Begin.');
        raw.removeAllListeners('data');
        const { key, cert } = options.tls;
        serve(new TLSSocket(raw, { isServer: true, key, cert }), true, false);
      },
      USER: ([user = '']) => {
        asked = user;
        say('+OK');
      },
      PASS: ([password = '']) => finish(asked, passwordIsGood(asked, password)),
      AUTH: ([mechanism = '', initial]) => {
        const take = mechanism.toUpperCase() === 'PLAIN' ? takePlain : byToken;
        if (initial !== undefined) return take(initial);
        session.next = take;
        say('+ ');
      },
      STAT: () =>
        say(
          `+OK ${session.mails.length} ${session.mails.reduce((sum, { raw: text }) => sum + text.length, 0)}`,
        ),
      UIDL: () =>
        sayLines(
          '+OK',
          session.mails.map(({ uid }, index) => `${index + 1} ${uid}`),
        ),
      TOP: ([number = '']) => {
        const mail = mailOf(number);
        if (!mail) return say('-ERR There is no such mail.');
        sayLines('+OK', [...(mail.raw.split('\r\n\r\n', 1)[0] ?? '').split('\r\n'), '']);
      },
      RETR: ([number = '']) => {
        const mail = mailOf(number);
        if (!mail) return say('-ERR There is no such mail.');
        sayLines('+OK', mail.raw.replace(/\r\n$/, '').split('\r\n'));
      },
      DELE: ([number = '']) => {
        session.deleted.add(Number(number));
        say('+OK');
      },
      RSET: () => {
        session.deleted.clear();
        say('+OK');
      },
      NOOP: () => say('+OK'),
      QUIT: () => {
        const gone = [...session.deleted].map((number) => session.mails[number - 1]);
        const drop = dropOf(session.user);
        drop.splice(0, drop.length, ...drop.filter((mail) => !gone.includes(mail)));
        say('+OK Bye.');
        session.socket.end();
      },
    };
    const takePlain = (response: string) => {
      const [, user = '', password = ''] = fromBase64(response).split('\0');
      finish(user, passwordIsGood(user, password));
    };

    let left = '';
    let turn = Promise.resolve();
    const take = async (line: string) => {
      if (session.next) {
        const { next } = session;
        delete session.next;
        return next(line);
      }
      const [verb = '', ...words] = line.split(' ');
      if (!/^(AUTH|USER|PASS)$/i.test(verb)) commands.push(line);
      const run = known[verb.toUpperCase()];
      const isLoginNeeded = /^(STAT|UIDL|TOP|RETR|DELE|RSET)$/i.test(verb);
      if (!run || (isLoginNeeded && session.user === undefined)) return say('-ERR What?');
      return run(words);
    };
    session.socket.on('data', (chunk: Buffer) => {
      const lines = (left + chunk.toString('latin1')).split('\r\n');
      left = lines.pop() ?? '';
      for (const line of lines) turn = turn.then(() => take(line));
    });
    if (greets) say('+OK POP3 ready.');
  }

  const server = createServer((socket) => {
    if (options.tls?.mode !== 'tls') return serve(socket, false, true);
    const { key, cert } = options.tls;
    serve(new TLSSocket(socket, { isServer: true, key, cert }), true, true);
  });
  const port = options.port || (await freePort());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    port,
    append(raw, { user, at = new Date() } = {}) {
      count += 1;
      const received = `Received: from client by mail.example.com with LMTP; ${at.toUTCString()}\r\n`;
      const mail = { uid: `uid${count}`, raw: received + raw };
      dropOf(user).push(mail);
      return mail;
    },
    mails: (user) => [...dropOf(user)],
    commands,
    logins,
    lock(held, user = names[0] ?? '') {
      if (held) locks.add(user);
      else locks.delete(user);
    },
    refused,
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    clear(user) {
      dropOf(user).splice(0);
    },
    renumber(user) {
      const drop = dropOf(user);
      drop.splice(0, drop.length, ...drop.map(({ raw }, index) => ({ uid: `anew${count}-${index}`, raw })));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
