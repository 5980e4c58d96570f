import { fsync } from 'node:fs';

/** Resolves when an open file or folder is on disk (fsync). */
export function sync(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(descriptor, (error) => (error ? reject(error) : resolve())));
}
