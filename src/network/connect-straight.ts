import { connect, type Socket } from 'node:net';

/** Opens a TCP connection. Throws the error of the system, or that there was no answer. */
export function connectStraight(host: string, port: number, limitMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no answer in ${limitMs / 1_000} seconds`)),
      limitMs,
    );
    // Whoever uses it next sees that it is closed; an error that nobody listens to would end the process.
    socket.on('error', reject);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}
