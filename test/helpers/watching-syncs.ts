import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

/** Called before each sync of a file or folder with its path; one that throws is a sync that fails. */
export type SyncWatcher = (path: string, sync: () => Promise<void>) => Promise<unknown>;

/** Stands between Node and the disk for the length of a task. */
export async function watchingSyncs<T>(watch: SyncWatcher, task: () => Promise<T>): Promise<T> {
  const real = fs.fsync;
  const watched = (descriptor: number, done: fs.NoParamCallback) => {
    const path = fs.readlinkSync(`/proc/self/fd/${descriptor}`);
    const sync = () => promisify(real)(descriptor);
    watch(path, sync)
      .then(sync)
      .then(() => done(null), done);
  };
  Object.assign(fs, { fsync: watched });
  syncBuiltinESMExports();
  try {
    return await task();
  } finally {
    Object.assign(fs, { fsync: real });
    syncBuiltinESMExports();
  }
}

/** A disk that is full. */
export async function noSpace(): Promise<never> {
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', syscall: 'fsync' });
}
