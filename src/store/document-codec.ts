import { z } from 'zod';
import { Fault } from '../core/fault.js';
import type { DocumentType } from '../core/store.js';
import type { Encryption } from './encryption.js';

/** Turns the documents of one type into the text of their files and back. */
export interface DocumentCodec<T> {
  /**
   * Throws `STORE_NEWER` and `STORE_KEY` for a file that is whole but not for us, and anything else for a
   * damaged one.
   */
  parse(text: string, place: DocumentPlace): T;
  stringify(value: T, place: DocumentPlace): string;
}

/** Where a document stands. */
export interface DocumentPlace {
  /** `collection/name`. */
  readonly subject: string;
  /** The path of its file, for people. */
  readonly file: string;
}

const versioned = z.looseObject({ v: z.int().min(1) });

/**
 * Writes a document as one JSON object, its version as `v` beside its fields, encrypted where its type says
 * so. On reading, `v` is taken off before a migration or the type's `parse` sees the fields.
 */
export function createDocumentCodec<T>(
  type: DocumentType<T>,
  encryption: Encryption | undefined,
): DocumentCodec<T> {
  const known = type.version;
  const sealer = type.encrypted ? encryption : undefined;
  // Never in plain text for want of a key.
  if (type.encrypted && !sealer) throw new RangeError('There is no key to encrypt with.');

  const plain = (text: string, { subject, file }: DocumentPlace) => {
    const outer = versioned.parse(JSON.parse(text));
    // The version stands outside the encryption too, so that a newer form of it is told from a damaged one.
    if (outer.v > known) throw new Fault('STORE_NEWER', { file, found: outer.v, known });
    if (!sealer) return outer;
    const opened = sealer.open(outer, subject);
    if (opened === 'other-key') throw new Fault('STORE_KEY', { file });
    return versioned.parse(JSON.parse(opened.text));
  };

  return {
    parse(text, place) {
      const { v, ...fields } = plain(text, place);
      let current: Readonly<Record<string, unknown>> = fields;
      for (let version = v; version < known; version += 1) current = migrate(type, version, current);
      return type.parse(current);
    },
    stringify(value, { subject }) {
      const text = JSON.stringify({ ...value, v: known });
      return sealer ? JSON.stringify(sealer.seal(text, subject, known)) : text;
    },
  };
}

function migrate<T>(
  type: DocumentType<T>,
  version: number,
  old: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const migration = type.migrations?.[version];
  if (!migration) throw new RangeError(`No migration from version ${version}.`);
  const { v: _, ...fields } = z.looseObject({}).parse(migration(old));
  return fields;
}
