import { z } from 'zod';
import type { DocumentType } from '../../core/store.js';

/** What is known of a maildrop, in which all mail is left. */
export interface Maildrop {
  /** When it was listed last, or when we wanted to for the first time: what is not known came later. */
  readonly lookedAt: Date;
  /** Whether it was ever listed. */
  readonly isKnown: boolean;
  /** The mails that are on record, by their unique-ids. */
  readonly known: readonly string[];
  /** Those of them that are ours, with when they came. */
  readonly ours: readonly (readonly [uid: string, at: Date])[];
}

const date = z.iso.datetime().transform((text) => new Date(text));
const schema = z.object({
  lookedAt: date,
  isKnown: z.boolean(),
  known: z.array(z.string()),
  ours: z.array(z.tuple([z.string(), date])),
});

/** How a maildrop is kept, one document for each account. */
export const maildropType: DocumentType<Maildrop> = { version: 1, parse: (value) => schema.parse(value) };
