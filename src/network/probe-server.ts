import { lookup } from 'node:dns/promises';
import { type Socket, connect as tcpConnect } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { MailServer, MailServerKind } from '../core/account.js';
import { describe } from '../core/fault.js';
import type { Network } from '../core/network.js';
import type { TestStep } from '../core/server-test.js';
import { connectByProxy } from './connect-by-proxy.js';

const stepLimitMs = 10_000;

/**
 * Tries the way to a mail server step by step, up to TLS: name, proxy, TCP, TLS.
 *
 * It ends at the first step that fails. The connection is closed before any login.
 */
export async function* probeServer(
  kind: MailServerKind,
  server: MailServer,
  network: Network,
): AsyncIterable<TestStep> {
  const { host, port } = server;
  const passed = (step: TestStep['step'], detail: string): TestStep => ({
    server: kind,
    step,
    ok: true,
    detail,
  });
  const failed = (step: TestStep['step'], thrown: unknown, remedy: string): TestStep => ({
    server: kind,
    step,
    ok: false,
    detail: describe(thrown),
    remedy,
  });

  const proxy = network.proxyFor(`${kind}://${host}:${port}`);
  let socket: Socket;
  if (proxy) {
    try {
      socket = await connectByProxy(proxy, host, port, stepLimitMs);
    } catch (thrown) {
      return yield failed('proxy', thrown, `Check \`proxy\`, and that it allows CONNECT to ${host}:${port}.`);
    }
    yield passed('proxy', `${new URL(proxy).host} connects to ${host}:${port}`);
  } else {
    try {
      yield passed('name', `${host} is ${(await lookup(host)).address}`);
    } catch (thrown) {
      return yield failed(
        'name',
        thrown,
        `Check the spelling of ${host} and the name servers of this machine.`,
      );
    }
    try {
      socket = await opened(tcpConnect({ host, port }), 'connect');
    } catch (thrown) {
      return yield failed(
        'tcp',
        thrown,
        `Check the port, and that the firewall lets this machine reach ${host}:${port}.`,
      );
    }
    yield passed('tcp', `${host}:${port} answers`);
  }

  try {
    yield passed('tls', await probeTls(kind, server, socket));
  } catch (thrown) {
    const settings = `\`${kind}.security\` (tls or starttls), the port, and \`${kind}.tls.ca\` for a private CA`;
    yield failed('tls', thrown, `Check ${settings}.`);
  } finally {
    socket.destroy();
  }
}

async function probeTls(kind: MailServerKind, server: MailServer, socket: Socket): Promise<string> {
  if (server.security === 'none') return 'none, as the settings say';
  if (server.security === 'starttls') await askForTls(kind, socket);
  const secure = await opened(
    tlsConnect({
      socket,
      servername: server.serverName ?? server.host,
      ...(server.ca ? { ca: [...server.ca] } : {}),
    }),
    'secureConnect',
  );
  return `${secure.getProtocol()}, the certificate is good`;
}

const startTls: Readonly<Record<MailServerKind, StartTls>> = {
  smtp: { hello: 'EHLO localhost', greeted: /^250 .*\r\n/m, ask: 'STARTTLS', yes: /^220 /m },
  imap: { hello: 'a1 CAPABILITY', greeted: /^a1 OK.*\r\n/m, ask: 'a2 STARTTLS', yes: /^a2 OK/m },
  pop3: { hello: 'NOOP', greeted: /\r\n/, ask: 'STLS', yes: /^\+OK/m },
};

interface StartTls {
  readonly hello: string;
  readonly greeted: RegExp;
  readonly ask: string;
  readonly yes: RegExp;
}

/** STARTTLS: RFC 3207 for submission, RFC 9051 section 6.2.1 for IMAP; STLS: RFC 2595 section 4 for POP3. */
async function askForTls(kind: MailServerKind, socket: Socket): Promise<void> {
  const { hello, greeted, ask, yes } = startTls[kind];
  await answer(socket, /\r\n/);
  socket.write(`${hello}\r\n`);
  await answer(socket, greeted);
  socket.write(`${ask}\r\n`);
  const reply = await answer(socket, /\r\n/);
  if (!yes.test(reply)) throw new Error(`the server refuses STARTTLS: ${reply.trim()}`);
}

function answer(socket: Socket, end: RegExp): Promise<string> {
  return limited(socket, (resolve) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!end.test(text) && text.length < 10_000) return;
      socket.off('data', read);
      resolve(text);
    };
    socket.on('data', read);
  });
}

function opened<S extends Socket | TLSSocket>(socket: S, event: string): Promise<S> {
  return limited(socket, (resolve) => socket.once(event, () => resolve(socket)));
}

/** Waits for one thing of a socket, at most for the limit. Between two waits its errors must find a listener. */
function limited<T>(socket: Socket, begin: (resolve: (value: T) => void) => void): Promise<T> {
  if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const closed = () => fail(new Error('the server closed the connection'));
    const timer = setTimeout(
      () => fail(new Error(`no answer in ${stepLimitMs / 1_000} seconds`)),
      stepLimitMs,
    );
    socket.once('error', fail);
    socket.once('close', closed);
    begin((value) => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.off('close', closed);
      resolve(value);
    });
  });
}

/** Whoever waits next sees that the socket is closed. */
function ignore(): void {}
