import { Fault } from '../core/fault.js';
import type { Collection, DocumentType } from '../core/store.js';
import type { FileStore } from './file-store.js';

/**
 * The same store, which tells when its documents cannot be written any more, with the fault, and when they can be
 * again, with nothing: each once. What is appended to the history says nothing about that.
 */
export function watchWrites(store: FileStore, onChange: (fault: Fault | undefined) => void): FileStore {
  let isFailing = false;

  const watched = async <R>(writing: Promise<R>): Promise<R> => {
    try {
      const result = await writing;
      if (isFailing) {
        isFailing = false;
        onChange(undefined);
      }
      return result;
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code === 'STORE_UNWRITABLE' && !isFailing) {
        isFailing = true;
        onChange(thrown);
      }
      throw thrown;
    }
  };

  return {
    ...store,
    collection<T>(name: string, type: DocumentType<T>): Collection<T> {
      const documents = store.collection(name, type);
      return {
        ...documents,
        put: (document, value) => watched(documents.put(document, value)),
        rename: (from, to) => watched(documents.rename(from, to)),
      };
    },
  };
}
