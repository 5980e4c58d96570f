import type { Collection } from '../core/store.js';

const documentsAtOnce = 64;

/** The documents of some names that can be read, in their order, and no more of them in memory than are read at once. */
export async function* readAll<T>(
  collection: Pick<Collection<T>, 'get'>,
  names: readonly string[],
): AsyncIterable<T> {
  for (let start = 0; start < names.length; start += documentsAtOnce)
    for (const document of await Promise.all(
      names.slice(start, start + documentsAtOnce).map((name) => collection.get(name)),
    ))
      if (document !== undefined) yield document;
}
