import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';

/** HTTP on connections that somebody else accepts. */
export interface ServedControl {
  /** Takes over a connection. */
  onConnection(socket: Socket): void;
  /** Cuts all connections. */
  close(): void;
}

/** Speaks HTTP on the connections of the control socket. */
export function serveControl(control: (request: Request) => Promise<Response>): ServedControl {
  const server = createServer(getRequestListener(control, { overrideGlobalObjects: false }));
  // A server that does not listen itself cannot tell which connections are its own.
  const sockets = new Set<Socket>();
  return {
    onConnection(socket) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
      server.emit('connection', socket);
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
