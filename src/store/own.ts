import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../core/fault.js';
import { controlSocketPath } from './control-socket-path.js';
import { hasCode } from './has-code.js';
import { isListening } from './is-listening.js';
import { listen } from './listen.js';
import { shortFolder } from './short-folder.js';
import { storeFault } from './store-fault.js';

/** The right to use a data directory, until `close()` or the end of the process. */
export interface Ownership {
  /** Where the owner listens; see `controlSocketPath`. */
  readonly socketPath: string;
  /** Ends all connections and lets the next process own the directory. */
  close(): Promise<void>;
}

const ownerSocket = /^owner-(\d+)-[0-9a-f]{8}$/;
const tries = 40;

/**
 * Makes this process the owner of a data directory, which is made when it is missing, and listens on its
 * control socket.
 *
 * How two starters never both own it, without a lock that outlives its process:
 * 1. Each puts up a listening socket under a name that is never used again, `owner-PID-RANDOM`.
 * 2. Only then it looks for others. A dead one (connection refused) stays dead, since its name is never used
 *    again: it is removed. If a living one is there, it takes its own down; the later of two sees the earlier.
 * 3. Whoever saw no other is the owner and points the symbolic link `control.sock` at its socket.
 * Two that took each other for the owner wait a random time and begin again.
 *
 * `onConnection` gets each connection; those of other starters, who only look, end without a word.
 * Errors: `STORE_IN_USE` with the other's process id, `STORE_UNWRITABLE`.
 */
export async function own(dir: string, onConnection: (socket: Socket) => void): Promise<Ownership> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return process.platform === 'win32'
      ? await ownPipe(dir, onConnection)
      : await ownFolder(dir, onConnection);
  } catch (error) {
    throw storeFault(error, dir);
  }
}

async function ownFolder(dir: string, onConnection: (socket: Socket) => void): Promise<Ownership> {
  const folder = await shortFolder(dir);
  const control = await controlSocketPath(dir);

  for (let count = 1; ; count += 1) {
    const candidate = await standUp(folder, onConnection);
    try {
      const other = await livingOther(folder, candidate.path);
      if (other === undefined) {
        await pointAt(control, candidate.path);
        const end = async () => {
          // While our socket still lives nobody else owns, so the link is ours to remove.
          await removeIfPossible(control);
          await candidate.close();
        };
        let ended: Promise<void> | undefined;
        return {
          socketPath: control,
          close() {
            ended ??= end();
            return ended;
          },
        };
      }
      if (count === tries || (await isOwner(other, control)))
        throw new Fault('STORE_IN_USE', { dir, pid: pidOf(other) });
    } catch (error) {
      await candidate.close();
      throw error;
    }
    await candidate.close();
    await pause(5 + Math.random() * 45);
  }
}

/** Puts up our own socket; it listens, 0600, before anybody can see its name. */
async function standUp(folder: string, onConnection: (socket: Socket) => void) {
  const name = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const hidden = join(folder, `.own-${name}`);
  const path = join(folder, `owner-${name}`);
  const server = await listen(hidden, onConnection);
  const close = async () => {
    await removeIfPossible(path);
    await server.close();
  };
  try {
    await chmod(hidden, 0o600);
    await rename(hidden, path);
  } catch (error) {
    await close();
    throw error;
  }
  return { path, close };
}

/** What stays on a disk that cannot be written is dead once we have ended, and the next owner sees that. */
async function removeIfPossible(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
}

/** The path of another starter's or owner's socket that lives; removes the dead ones. */
async function livingOther(folder: string, mine: string): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!ownerSocket.test(name) || path === mine) continue;
    if (await isListening(path)) return path;
    await rm(path, { force: true });
  }
  return undefined;
}

async function isOwner(path: string, control: string): Promise<boolean> {
  try {
    return (await readlink(control)) === basename(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EINVAL')) return false;
    throw error;
  }
}

/** Points the control socket's link at our socket in one step, whatever was left there. */
async function pointAt(control: string, path: string): Promise<void> {
  const link = `${path}.link`;
  await symlink(basename(path), link);
  await rename(link, control);
}

function pidOf(path: string): number {
  return Number(ownerSocket.exec(basename(path))?.[1] ?? 0);
}

/** A pipe's name is free again when its process ends, so the name itself is the lock. */
async function ownPipe(dir: string, onConnection: (socket: Socket) => void): Promise<Ownership> {
  const socketPath = await controlSocketPath(dir);
  try {
    const server = await listen(socketPath, onConnection);
    return { socketPath, close: server.close };
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) throw new Fault('STORE_IN_USE', { dir, pid: 'unknown' }, error);
    throw error;
  }
}
