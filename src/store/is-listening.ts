import { connect } from 'node:net';
import { hasCode } from './has-code.js';

const living = ['EAGAIN', 'ECONNRESET', 'EPIPE'];

/**
 * Whether a process listens on a Unix socket: a refused connection, or a missing file, says that none does.
 *
 * A socket whose queue is full is alive, and so is one that goes away at this very moment: its process was
 * there when we asked. Any other error, such as EACCES, is thrown.
 */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      if (hasCode(error, 'ECONNREFUSED') || hasCode(error, 'ENOENT')) resolve(false);
      else if (living.some((code) => hasCode(error, code))) resolve(true);
      else reject(error);
    });
  });
}
