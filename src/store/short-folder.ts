import { createHash } from 'node:crypto';
import { lstat, readlink, realpath, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Fault } from '../core/fault.js';
import { hasCode } from './has-code.js';

// A socket's path has room for 103 bytes on macOS and 107 on Linux; Node cuts a longer one off silently.
const longestSocketPath = 100;
const longestSocketName = 'owner-4194304-00000000'.length;

/**
 * A path of a folder that leaves room for the name of a socket: its own, or else that of a
 * symbolic link to it in the temporary folder, named by a hash of its path.
 *
 * The sockets stand in the folder itself either way, so processes that see different temporary folders (as
 * with systemd's PrivateTmp) still meet. A link that is not ours is not followed: `STORE_UNWRITABLE`.
 */
export async function shortFolder(dir: string): Promise<string> {
  const real = await realpath(dir).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return resolve(dir);
    throw error;
  });
  if (fits(real)) return real;
  const uid = process.getuid?.() ?? 0;
  const hash = createHash('sha256').update(`${uid} ${real}`).digest('hex').slice(0, 16);
  const short = join(tmpdir(), `ackmail-${hash}`);
  if (!fits(short))
    throw new Fault('STORE_UNWRITABLE', {
      dir,
      detail: `its path and ${tmpdir()} are too long for a socket`,
    });
  await symlink(real, short).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  const { uid: owner } = await lstat(short);
  if (owner !== uid || (await readlink(short)) !== real)
    throw new Fault('STORE_UNWRITABLE', { dir, detail: `${short} belongs to somebody else` });
  return short;
}

function fits(folder: string): boolean {
  return Buffer.byteLength(folder) + 1 + longestSocketName <= longestSocketPath;
}
