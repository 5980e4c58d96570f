import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { shortFolder } from './short-folder.js';
import { storeFault } from './store-fault.js';

/**
 * Where the owner of a data directory listens: `control.sock` in it, on Windows a named pipe.
 *
 * A directory whose path is too long for a socket is reached through a symbolic link in the temporary
 * folder, which this makes when it is missing (see `shortFolder`); the socket itself stays in the directory.
 * A refused connection or a missing file says that nobody owns the directory. Errors: `STORE_UNWRITABLE`.
 */
export async function controlSocketPath(dir: string): Promise<string> {
  if (process.platform === 'win32') {
    const hash = createHash('sha256').update(resolve(dir).toLowerCase()).digest('hex').slice(0, 32);
    return `\\\\.\\pipe\\ackmail-${hash}`;
  }
  try {
    return join(await shortFolder(dir), 'control.sock');
  } catch (error) {
    throw storeFault(error, dir);
  }
}
