import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** Counts what a process does to files, and kills it before the one that is named. */
export interface KillAt {
  /** Begins to count: from here on the process is killed (SIGKILL) instead of the `step`th change of a file. */
  arm(step: number): void;
  /** How many changes there were since. */
  count(): number;
}

/**
 * Wraps what Node has to change files, so that a process can be killed between any two changes, and in the middle of
 * each write. To be called before the code under test is imported.
 */
export async function killAt(): Promise<KillAt> {
  let step = Number.POSITIVE_INFINITY;
  let count = 0;

  /** True when this is the moment; then `half` is done, and the process ends. */
  const look = (half: () => void = () => {}) => {
    count += 1;
    if (count !== step) return;
    half();
    process.kill(process.pid, 'SIGKILL');
    // The signal may take a moment, in which nothing more may happen.
    for (;;);
  };
  // biome-ignore lint/suspicious/noExplicitAny: whatever a function of Node takes is handed on
  const wrap = (target: any, names: readonly string[]) => {
    for (const name of names) {
      const original = target[name];
      target[name] = function (this: unknown, ...args: unknown[]) {
        look();
        return original.apply(this, args);
      };
    }
  };
  wrap(promises, ['rename', 'unlink', 'rm', 'link', 'mkdir', 'chmod', 'symlink', 'rmdir']);
  wrap(fs, ['fsync', 'futimesSync']);

  const { writeFileSync, open } = fs;
  fs.writeFileSync = (file, data, options) => {
    look(() => writeFileSync(file, String(data).slice(0, String(data).length / 2), options));
    writeFileSync(file, data, options);
  };
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of open
  (fs as any).open = (path: string, flags: string, ...rest: any[]) => {
    if (flags !== 'r') look();
    // biome-ignore lint/suspicious/noExplicitAny: the overloads of open
    return (open as any)(path, flags, ...rest);
  };
  const handle = await promises.open(process.execPath, 'r');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  wrap(prototype, ['sync', 'chown', 'datasync']);
  const { writeFile } = prototype;
  prototype.writeFile = function (this: { fd: number }, data: string, ...rest: unknown[]) {
    look(() => writeFileSync(this.fd, String(data).slice(0, String(data).length / 2)));
    return writeFile.call(this, data, ...rest);
  };
  const { open: openHandle } = promises;
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of open
  (promises as any).open = (path: string, flags: string, ...rest: any[]) => {
    if (flags !== 'r') look();
    // biome-ignore lint/suspicious/noExplicitAny: the overloads of open
    return (openHandle as any)(path, flags, ...rest);
  };
  syncBuiltinESMExports();

  return {
    arm(at) {
      count = 0;
      step = at;
    },
    count: () => count,
  };
}
