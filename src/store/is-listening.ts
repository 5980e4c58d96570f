import { connect } from 'node:net';
import { hasCode } from './has-code.js';

/**
 * Whether a process listens on a Unix socket: a refused connection, or a missing file, says that none does.
 *
 * A socket whose queue is full is alive. Any other error, such as EACCES, is thrown.
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
      else if (hasCode(error, 'EAGAIN')) resolve(true);
      else reject(error);
    });
  });
}
