import { randomBytes } from 'node:crypto';

/** Remembers the last few of something, each under a name that cannot be guessed. */
export interface Receipts<T> {
  keep(value: T): string;
  find(receipt: string): T | undefined;
}

/** Makes a memory for the last `count` values. */
export function createReceipts<T>(count: number): Receipts<T> {
  const kept = new Map<string, T>();
  return {
    keep(value) {
      const receipt = randomBytes(16).toString('base64url');
      kept.set(receipt, value);
      const oldest = kept.keys().next();
      if (kept.size > count && !oldest.done) kept.delete(oldest.value);
      return receipt;
    },
    find: (receipt) => kept.get(receipt),
  };
}
