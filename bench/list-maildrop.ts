import { connect as tcpConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Session } from './session.js';
import { login } from './start-mail-servers.js';

/** Logs in by PLAIN, lists the mails by their unique-ids and quits, with as little code as that takes. */
export async function listMaildrop(host: string, port: number, ca: string): Promise<Session> {
  const startedAt = performance.now();
  const tcp = tcpConnect({ host, port });
  const socket = tlsConnect({ socket: tcp, servername: host, ca });
  const response = Buffer.from(`\0${login.user}\0${login.password}`).toString('base64');
  /** What is said when what came before has its answer, and how that one ends. */
  const turns = [
    ['AUTH PLAIN', '\r\n'],
    [response, '\r\n'],
    ['UIDL', '\r\n'],
    ['QUIT', '\r\n.\r\n'],
    ['', '\r\n'],
  ] as const;
  await new Promise<void>((resolve, reject) => {
    let turn = 0;
    let tail = '';
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      tail = (tail + chunk.toString('latin1')).slice(-100);
      const [line, end] = turns[turn] ?? turns[0];
      if (!tail.endsWith(end)) return;
      if (tail.startsWith('-ERR')) return reject(new Error(tail));
      turn += 1;
      tail = '';
      if (line) socket.write(`${line}\r\n`);
      else resolve();
    });
  });
  socket.destroy();
  return { ms: performance.now() - startedAt, bytes: tcp.bytesRead };
}
