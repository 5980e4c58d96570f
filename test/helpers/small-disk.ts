import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own, in memory, that a test fills up or makes read-only. */
export interface SmallDisk {
  readonly dir: string;
  /** Writes until there is no room for another byte. */
  fill(): Promise<void>;
  /** Removes what `fill` wrote. */
  free(): Promise<void>;
  setReadOnly(isReadOnly: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** Mounts one. Throws where that is not permitted: it takes root, and a kernel with tmpfs. */
export async function mountSmallDisk(kilobytes: number): Promise<SmallDisk> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=700`, 'none', dir]);
  } catch (cause) {
    await rm(dir, { recursive: true });
    throw new Error(
      `This test mounts a small disk, which only root may: run it as root. (${String(cause)})`,
      {
        cause,
      },
    );
  }
  const filler = join(dir, 'filler');
  return {
    dir,
    async fill() {
      for (const size of [65_536, 4_096, 1])
        try {
          for (;;) await writeFile(filler, Buffer.alloc(size), { flag: 'a' });
        } catch (thrown) {
          if (!String(thrown).includes('ENOSPC')) throw thrown;
        }
    },
    free: () => rm(filler),
    async setReadOnly(isReadOnly) {
      if (!isReadOnly) return void (await run('umount', ['-l', dir]));
      // Mounted over itself: what is open for writing keeps a file system from becoming read-only.
      await run('mount', ['--bind', dir, dir]);
      await run('mount', ['-o', 'remount,bind,ro', dir]);
    },
    async remove() {
      while ((await readFile('/proc/mounts', 'utf8')).includes(` ${dir} `)) await run('umount', ['-l', dir]);
      await rm(dir, { recursive: true });
    },
  };
}
