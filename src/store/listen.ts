import { createServer, type Socket } from 'node:net';

/** A listening socket. */
export interface Listener {
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/** Listens on a Unix socket or a named pipe. A connection that breaks ends quietly. */
export function listen(path: string, onConnection: (socket: Socket) => void): Promise<Listener> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Without a listener a reset connection would end the process.
    socket.on('error', () => {});
    onConnection(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve({
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of open) socket.destroy();
          }),
      });
    });
  });
}
