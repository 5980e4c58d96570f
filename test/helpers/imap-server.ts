import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import hoodiecrow, { type Command, type Connection, type ImapServer } from 'hoodiecrow-imap';
import { freePort } from './free-port.js';

/** How an IMAP server on loopback behaves. */
export interface ImapServerOptions {
  /** The users with their passwords; each has mailboxes of their own. An empty password: by token alone. */
  readonly users: Readonly<Record<string, string>>;
  /** Whether an access token is good for a user; absent: none is. */
  readonly validate?: (user: string, token: string) => Promise<boolean>;
  /** TLS from the first byte, or by STARTTLS; absent for none. */
  readonly tls?: { readonly mode: 'tls' | 'starttls'; readonly key: string; readonly cert: string };
  /** Sees each command line before it is carried out. */
  readonly onCommand?: (line: string) => void;
  /** The port; absent for a free one. */
  readonly port?: number;
  /** Extensions that the server does not have. */
  readonly without?: readonly ('IDLE' | 'MOVE' | 'UIDPLUS')[];
}

/** A mail in a mailbox, as it lies there. */
export interface StoredMail {
  readonly uid: number;
  readonly raw: string;
  readonly flags: readonly string[];
}

/** An IMAP server in this process, with XOAUTH2, IDLE, UIDPLUS and MOVE (RFC 9051, 2177, 4315, 6851). */
export interface TestImapServer {
  readonly port: number;
  /** Puts a mail into a mailbox (INBOX) of a user (the first one), as if it had just arrived. */
  append(
    raw: string | Buffer,
    options?: { mailbox?: string; user?: string; at?: Date; flags?: string[] },
  ): number;
  mails(mailbox?: string, user?: string): readonly StoredMail[];
  /** The command lines that came in, without those that log in. */
  readonly commands: string[];
  /** How many connections logged in so far, and how many logins were refused. */
  readonly logins: { accepted: number; refused: number };
  /** Ends every connection, after `* BYE reason` when there is one. */
  drop(reason?: string): void;
  /** Gives a mailbox a new UIDVALIDITY and its mails new UIDs. */
  renumber(uidValidity: number, mailbox?: string, user?: string): void;
  /** Makes a mailbox, with the mark of a special use (RFC 6154) where it has one. */
  create(mailbox: string, specialUse?: string): void;
  /** Gives a mailbox another name; whoever has it open keeps it, and is not told. */
  rename(mailbox: string, name: string): void;
  remove(mailbox: string): void;
  /** Which keywords a mailbox takes: all that a client makes up, or the system flags alone. */
  keywords(allowed: boolean, mailbox?: string, user?: string): void;
  close(): Promise<void>;
}

/** Starts an IMAP server on a free port of 127.0.0.1. */
export async function startImapServer(options: ImapServerOptions): Promise<TestImapServer> {
  const names = Object.keys(options.users);
  const [firstUser = ''] = names;
  const commands: string[] = [];
  const logins = { accepted: 0, refused: 0 };
  const sockets = new Set<Socket>();
  const has = (name: 'IDLE' | 'MOVE' | 'UIDPLUS') => !options.without?.includes(name);
  const plugins = [
    ...['ID', 'NAMESPACE', 'UNSELECT', 'SASL-IR', 'SPECIAL-USE'],
    ...(['MOVE', 'UIDPLUS'] as const).filter(has),
    ...(has('IDLE') ? [idle] : []),
  ];

  // hoodiecrow knows one storage only: each user gets a server that never listens, and a connection that
  // logs in is handed over to it.
  const stores = new Map<string, ImapServer>(
    names.map((name) => [
      name,
      hoodiecrow({
        plugins: [...plugins, select, exactSource],
        storage: { INBOX: {}, '': { separator: '/' } },
      }),
    ]),
  );
  const storeOf = (user: string | undefined): ImapServer => {
    const store = stores.get(user ?? firstUser);
    if (!store) throw new Error(`no user ${user} here`);
    return store;
  };
  const mailboxOf = (path: string | undefined, user: string | undefined) =>
    storeOf(user).getMailbox(path ?? 'INBOX');

  const front = hoodiecrow({
    plugins: [...plugins, ...(options.tls?.mode === 'starttls' ? ['STARTTLS'] : []), login],
    ...(options.tls ? { credentials: { key: options.tls.key, cert: options.tls.cert } } : {}),
    ...(options.tls?.mode === 'tls' ? { secureConnection: true } : {}),
  });

  function login(server: ImapServer): void {
    const before = (connection: Connection) => connection.state === 'Not Authenticated';
    server.registerCapability('AUTH=XOAUTH2', before);
    server.registerCapability('AUTH=PLAIN', before);
    const finish = (connection: Connection, parsed: Command, data: string, user: string, good: boolean) => {
      logins[good ? 'accepted' : 'refused'] += 1;
      if (good) {
        const store = storeOf(user);
        connection.server.off('notify', connection._notificationCallback);
        connection.server = store;
        store.on('notify', connection._notificationCallback);
        connection.state = 'Authenticated';
      }
      const text = good ? 'User logged in' : 'Invalid credentials';
      const attributes = [{ type: 'TEXT', value: good ? text : `[AUTHENTICATIONFAILED] ${text}` }];
      connection.send({ tag: parsed.tag, command: good ? 'OK' : 'NO', attributes }, 'LOGIN', parsed, data);
    };

    server.setCommandHandler('AUTHENTICATE XOAUTH2', async (connection, parsed, data, done) => {
      const [name = '', bearer = ''] = fromBase64(parsed.attributes?.[0]?.value ?? '').split('\x01');
      const user = name.slice('user='.length);
      const token = bearer.slice('auth=Bearer '.length);
      const good = stores.has(user) && ((await options.validate?.(user, token)) ?? false);
      if (!good) {
        // The challenge says why; the client answers with an empty line, and only then it gets its NO.
        const why = toBase64(JSON.stringify({ status: '400', schemes: 'Bearer', scope: 'imap' }));
        connection.inputHandler = () => {
          connection.inputHandler = false;
          finish(connection, parsed, data, user, false);
          done();
        };
        connection.socket?.write(`+ ${why}\r\n`);
        return;
      }
      finish(connection, parsed, data, user, true);
      done();
    });

    server.setCommandHandler('AUTHENTICATE PLAIN', (connection, parsed, data, done) => {
      connection.inputHandler = (line) => {
        connection.inputHandler = false;
        const [, user = '', password = ''] = fromBase64(line).split('\0');
        finish(connection, parsed, data, user, password !== '' && options.users[user] === password);
        done();
      };
      connection.socket?.write('+ \r\n');
    });
  }

  front.connectionHandlers.push((connection) => {
    const schedule = connection.scheduleCommand.bind(connection);
    connection.scheduleCommand = (data) => {
      if (!/^\S+ (AUTHENTICATE|LOGIN)/i.test(data)) {
        commands.push(data.replace(/^\S+ /, ''));
        options.onCommand?.(data);
      }
      schedule(data);
    };
  });
  front.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // hoodiecrow writes line by line: without this each answer waits for the acknowledgement of the line before.
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  const live = new Set<Connection>();
  front.connectionHandlers.push((connection) => {
    live.add(connection);
    connection.socket?.on('close', () => live.delete(connection));
  });
  front.listen(options.port || (await freePort()), '127.0.0.1');
  await once(front.server, 'listening');

  return {
    port: (front.server.address() as AddressInfo).port,
    append(raw, { mailbox = 'INBOX', user, at = new Date(), flags = [] } = {}) {
      // hoodiecrow keeps bytes as characters below 256.
      const bytes = Buffer.isBuffer(raw) ? raw.toString('latin1') : Buffer.from(raw).toString('latin1');
      return storeOf(user).appendMessage(mailbox, flags, internalDate(at), bytes).message.uid;
    },
    mails: (mailbox, user) =>
      (mailboxOf(mailbox, user)?.messages ?? []).map(({ uid, raw, flags }) => ({
        uid,
        raw,
        flags: [...flags],
      })),
    commands,
    logins,
    drop(reason) {
      for (const connection of live) {
        if (reason) connection.socket?.write(`* BYE ${reason}\r\n`);
        connection.socket?.end();
      }
      if (!reason) for (const socket of sockets) socket.destroy();
    },
    renumber(uidValidity, mailbox, user) {
      const box = mailboxOf(mailbox, user);
      if (!box) throw new Error('no such mailbox');
      box.uidvalidity = uidValidity;
      box.messages.forEach((message, index) => {
        message.uid = index + 1;
      });
      box.uidnext = box.messages.length + 1;
    },
    create(mailbox, specialUse) {
      const store = storeOf(undefined);
      store.createMailbox(mailbox, specialUse ? { 'special-use': specialUse } : undefined);
      store.indexFolders();
    },
    rename(mailbox, name) {
      const store = storeOf(undefined);
      const found = store.getMailbox(mailbox);
      store.deleteMailbox(mailbox, true);
      store.createMailbox(name, found);
      store.indexFolders();
    },
    remove(mailbox) {
      storeOf(undefined).deleteMailbox(mailbox);
    },
    keywords(allowed, mailbox, user) {
      const box = mailboxOf(mailbox, user);
      if (box) box.allowPermanentFlags = allowed;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => front.close(() => resolve()));
    },
  };
}

/** IDLE (RFC 2177); hoodiecrow's own keeps a timer of half an hour for each connection that is lost in it. */
function idle(server: ImapServer): void {
  server.registerCapability('IDLE');
  server.setCommandHandler('IDLE', (connection, parsed, data, done) => {
    connection.directNotifications = true;
    connection.inputHandler = (line) => {
      connection.inputHandler = false;
      connection.directNotifications = false;
      const command = line.toUpperCase() === 'DONE' ? 'OK' : 'BAD';
      const attributes = [{ type: 'TEXT', value: 'IDLE ended' }];
      connection.send({ tag: parsed.tag, command, attributes }, 'IDLE', parsed, data);
    };
    connection.socket?.write('+ idling\r\n');
    connection.processNotifications();
    done();
  });
}

/** A mailbox that does not exist gets a NO (RFC 9051 section 6.3.2, RFC 5530), where hoodiecrow says BAD. */
function select(server: ImapServer): void {
  for (const command of ['SELECT', 'EXAMINE']) {
    const own = server.getCommandHandler(command);
    server.setCommandHandler(command, (connection, parsed, data, done) => {
      if (server.getMailbox(parsed.attributes?.[0]?.value ?? '')) return own(connection, parsed, data, done);
      const attributes = [{ type: 'TEXT', value: '[NONEXISTENT] No such mailbox' }];
      connection.send({ tag: parsed.tag, command: 'NO', attributes }, command, parsed, data);
      done();
    });
  }
}

/** hoodiecrow takes a message apart at each fetch and loses what is odd in it: hand out the very bytes. */
function exactSource(server: ImapServer): void {
  const own = ['BODY', 'BODY.PEEK'] as const;
  for (const name of own) {
    server.fetchHandlers[name] = (_connection, message, item) => {
      const [section] = item.section ?? [];
      const end = message.raw.indexOf('\r\n\r\n');
      const header = end === -1 ? '\r\n' : message.raw.slice(0, end + 4);
      let value = section?.value.toUpperCase() === 'HEADER' ? header : message.raw;
      const [start = 0, length] = item.partial ?? [];
      if (item.partial) {
        value = value.slice(start, length === undefined ? undefined : start + length);
        item.partial = [start];
      }
      return { type: 'LITERAL', value };
    };
  }
}

function internalDate(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString();
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
