import type { Socket } from 'node:net';

const chunkLength = 65_536;
const chunksATurn = 4;

/**
 * Writes a text over and over, as fast as it is taken, until the other end goes away; 256 kB in each turn of the event
 * loop. The client runs in the same loop, and what lies ready for it is read in one go, before a limit of time can end
 * it: without turns that would be megabytes, written while the client could do nothing, which no network brings.
 */
export function pour(socket: Socket, text: string): void {
  const chunk = Buffer.from(text.repeat(Math.ceil(chunkLength / text.length)), 'latin1');
  const more = () => {
    for (let count = 0; count < chunksATurn && !socket.destroyed; count += 1)
      if (!socket.write(chunk)) return;
    if (!socket.destroyed) setImmediate(more);
  };
  socket.on('drain', more);
  more();
}
