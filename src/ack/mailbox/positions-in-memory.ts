import type { Collection } from '../../core/store.js';
import type { MailboxPosition } from './mailbox-position.js';

/** Positions that are forgotten with whoever reads by them, so that reading leaves no trace. */
export function positionsInMemory(): Collection<MailboxPosition> {
  const positions = new Map<string, MailboxPosition>();
  return {
    get: async (name) => positions.get(name),
    async put(name, position) {
      positions.set(name, position);
    },
    async rename(from, to) {
      const position = positions.get(from);
      if (position) positions.set(to, position);
      positions.delete(from);
    },
    async delete(name) {
      positions.delete(name);
    },
    names: async () => [...positions.keys()].sort(),
  };
}
