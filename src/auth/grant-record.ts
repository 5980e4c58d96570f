import type { Collection } from '../core/store.js';
import type { GrantDocument } from './grant.js';

/** The stored grant of one account. */
export interface GrantRecord {
  /** What is on disk now; an empty grant when there is none. */
  read(): Promise<GrantDocument>;
  /**
   * Reads the grant, edits it and writes it, one change after another; on disk when this returns.
   *
   * Nothing is written when `edit` answers the very document that it was given. Returns what is stored then.
   */
  change(edit: (stored: GrantDocument) => GrantDocument): Promise<GrantDocument>;
  /** Removes the grant, also one that cannot be read. */
  remove(): Promise<void>;
}

/** Guards the grant of an account in its collection. */
export function createGrantRecord(grants: Collection<GrantDocument>, account: string): GrantRecord {
  let last: Promise<unknown> = Promise.resolve();
  const read = async (): Promise<GrantDocument> =>
    (await grants.get(account)) ?? { account, generation: 0, pending: [] };

  return {
    read,
    change(edit) {
      const turn = last.then(async () => {
        const stored = await read();
        const next = edit(stored);
        if (next !== stored) await grants.put(account, next);
        return next;
      });
      last = turn.catch(() => {});
      return turn;
    },
    remove() {
      const turn = last.then(() => grants.delete(account));
      last = turn.catch(() => {});
      return turn;
    },
  };
}
