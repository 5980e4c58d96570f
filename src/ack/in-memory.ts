import type { Collection } from '../core/store.js';

/** Documents that are forgotten with whoever uses them, so that reading leaves no trace. */
export function inMemory<T>(): Collection<T> {
  const documents = new Map<string, T>();
  return {
    get: async (name) => documents.get(name),
    async put(name, document) {
      documents.set(name, document);
    },
    async rename(from, to) {
      const document = documents.get(from);
      if (document !== undefined) documents.set(to, document);
      documents.delete(from);
    },
    async delete(name) {
      documents.delete(name);
    },
    names: async () => [...documents.keys()].sort(),
  };
}
