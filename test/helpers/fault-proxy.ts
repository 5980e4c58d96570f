import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The steps of a session with a submission server, in the order in which they come; `dot` ends the message. */
export const smtpSteps = [
  'connect',
  'EHLO',
  'STARTTLS',
  'AUTH',
  'MAIL',
  'RCPT',
  'DATA',
  'body',
  'dot',
  'RSET',
  'QUIT',
] as const;
export type SmtpStep = (typeof smtpSteps)[number];

/**
 * What becomes of the reply to a step. The server has taken the step before it is `cut` (both sides close), `reset` (RST),
 * `hang` (nothing more is said, nor closed), `slow` (a byte at a time), `endless` (a reply that does not end), `garbage`
 * (bytes that are no SMTP), `huge` (a line that does not end) or `wrong` (another code than there may be). It has not
 * seen a step that is refused: `4xx`, `5xx`.
 */
export const smtpFaults = [
  'cut',
  'reset',
  'hang',
  'slow',
  'endless',
  'garbage',
  'huge',
  'wrong',
  '4xx',
  '5xx',
] as const;
export type SmtpFaultKind = (typeof smtpFaults)[number];

/** What goes wrong, where; `times` how often, for ever unless told. */
export interface ArmedFault {
  readonly step: SmtpStep;
  readonly kind: SmtpFaultKind;
  readonly times?: number;
}

/** A proxy on loopback between a client and a real submission server. */
export interface FaultProxy {
  readonly port: number;
  /** What goes wrong from now on; undefined for nothing. */
  arm(fault: ArmedFault | undefined): void;
  /** How often something went wrong since it was armed last. */
  readonly hits: () => number;
  /** Ends every session that there is. */
  drop(): void;
  close(): Promise<void>;
}

/** Starts a proxy before the server at a port of 127.0.0.1. After STARTTLS it hands on what it cannot read. */
export async function startFaultProxy(serverPort: number): Promise<FaultProxy> {
  let armed: ArmedFault | undefined;
  let hits = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    // A session that breaks off is what the proxy is for.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const faultAt = (step: SmtpStep): SmtpFaultKind | undefined => {
    if (armed?.step !== step || hits >= (armed.times ?? Number.POSITIVE_INFINITY)) return undefined;
    hits += 1;
    return armed.kind;
  };
  // Half open on both sides: who hangs does not say goodbye either.
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ port: serverPort, host: '127.0.0.1', allowHalfOpen: true });
    keep(client);
    keep(server);
    runSession(client, server, faultAt);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    arm(fault) {
      armed = fault;
      hits = 0;
    },
    hits: () => hits,
    drop,
    close() {
      drop();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}

const codes: Readonly<Partial<Record<SmtpStep, number>>> = { connect: 554, AUTH: 535 };
const wrongCodes: Readonly<Partial<Record<SmtpStep, string>>> = { connect: '250', DATA: '220' };

/** Hands on one command at a time, so that each reply belongs to its step, with PIPELINING too. */
function runSession(
  client: Socket,
  server: Socket,
  faultAt: (step: SmtpStep) => SmtpFaultKind | undefined,
): void {
  const fromClient = reader(client);
  const fromServer = reader(server);
  const cut = () => {
    client.end();
    server.end();
    client.destroySoon();
    server.destroySoon();
  };
  /** Whether the session goes on. */
  const answer = async (step: SmtpStep, reply: string, kind = faultAt(step)): Promise<boolean> => {
    const code = `${kind?.[0]}${String(codes[step] ?? 550).slice(1)}`;
    if (kind === undefined) client.write(reply, 'latin1');
    else if (kind === '4xx' || kind === '5xx') client.write(`${code} ${kind[0]}.3.0 not now\r\n`);
    else if (kind === 'garbage') client.write('\x00\xff\x16\x03 <html>\r\nnot a mail server\r\n', 'latin1');
    else if (kind === 'wrong') client.write(`${wrongCodes[step] ?? '354'} 2.0.0 as you like\r\n`);
    else if (kind === 'huge') client.write('2'.repeat(2_000_000));
    else if (kind === 'slow')
      for (const byte of reply) {
        client.write(byte, 'latin1');
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    else if (kind === 'endless')
      while (!client.destroyed && !client.readableEnded) {
        client.write('250-there is more to come\r\n');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    else if (kind === 'hang') return false;
    else {
      if (kind === 'reset') client.resetAndDestroy();
      cut();
      return false;
    }
    return true;
  };
  const run = async () => {
    if (!(await answer('connect', await fromServer.reply()))) return;
    for (;;) {
      const line = await fromClient.line();
      const step = stepOf(line);
      const kind = step && faultAt(step);
      const isRefused = kind === '4xx' || kind === '5xx';
      if (!isRefused) server.write(line, 'latin1');
      const reply = isRefused ? '' : await fromServer.reply();
      if (step === undefined) client.write(reply, 'latin1');
      else if (!(await answer(step, reply, kind))) return;
      if (step === 'STARTTLS' && reply.startsWith('220') && (!kind || kind === 'slow')) return tunnel();
      if (step !== 'DATA' || !reply.startsWith('354')) continue;
      const first = await fromClient.line();
      const inBody = faultAt('body');
      if (inBody === 'cut' || inBody === 'reset' || inBody === 'hang') {
        server.write(first, 'latin1');
        await answer('body', '', inBody);
        return;
      }
      const body = [first, ...(await fromClient.upTo('.\r\n'))];
      const atDot = inBody ?? faultAt('dot');
      if (atDot === '4xx' || atDot === '5xx') {
        // The server must never have had it.
        server.destroy();
        await answer('dot', '', atDot);
        return void client.end();
      }
      server.write(body.join(''), 'latin1');
      if (!(await answer('dot', await fromServer.reply(), atDot))) return;
    }
  };
  const tunnel = () => {
    fromClient.hand(server);
    fromServer.hand(client);
  };
  // One side has gone, and the other follows.
  run().catch(cut);
}

function stepOf(line: string): SmtpStep | undefined {
  const verb = line.slice(0, 4).toUpperCase();
  if (verb === 'STAR') return 'STARTTLS';
  return smtpSteps.find((step) => step === verb);
}

/** Reads what a socket says, line by line; fails when it has ended. */
function reader(socket: Socket) {
  let text = '';
  let ended = false;
  let look = () => {};
  const onData = (chunk: Buffer) => {
    text += chunk.toString('latin1');
    look();
  };
  const onEnd = () => {
    ended = true;
    look();
  };
  socket.on('data', onData);
  socket.once('end', onEnd);
  socket.once('close', onEnd);
  const line = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf('\r\n') + 2;
      if (end > 1) {
        const found = text.slice(0, end);
        text = text.slice(end);
        return found;
      }
      if (ended) throw new Error('the session has ended');
      await new Promise<void>((resolve) => {
        look = resolve;
      });
    }
  };
  const upTo = async (last: string): Promise<readonly string[]> => {
    const lines: string[] = [];
    do lines.push(await line());
    while (lines.at(-1) !== last);
    return lines;
  };
  return {
    line,
    upTo,
    async reply(): Promise<string> {
      const lines: string[] = [];
      do lines.push(await line());
      while (lines.at(-1)?.[3] === '-');
      return lines.join('');
    },
    hand(other: Socket): void {
      socket.off('data', onData);
      if (text !== '') other.write(text, 'latin1');
      socket.pipe(other);
    },
  };
}
