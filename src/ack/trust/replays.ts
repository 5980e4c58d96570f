import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Collection, DocumentType } from '../../core/store.js';
import type { HeaderFields } from '../header-fields.js';

const onDisk = z.object({ key: z.string() });

/** The reply that something was seen in first, by its name in the ledger. */
export type SeenReply = Readonly<z.infer<typeof onDisk>>;

/** How it is kept: one document for each mark of a reply, in the collection `seen`. */
export const seenType: DocumentType<SeenReply> = { version: 1, parse: (value) => onDisk.parse(value) };

/** A reply that may act. */
export interface SeenMarks {
  readonly fields: HeaderFields;
  readonly sender: string;
  readonly mailId: string;
  /** The person's own words. */
  readonly ownText: string;
}

const mostSignatures = 10;

/**
 * Makes the function that knows a reply which was read before under another name, and remembers one that was not: by
 * each of its signatures (RFC 6376), which no other mail has, and by its Date, sender and words, for mails without.
 */
export function createIsReplay(
  seen: Pick<Collection<SeenReply>, 'get' | 'put'>,
): (key: string, marks: SeenMarks) => Promise<boolean> {
  return async (key, marks) => {
    const names = marksOf(marks);
    const found = await Promise.all(names.map((name) => seen.get(name)));
    if (found.some((each) => each && each.key !== key)) return true;
    await Promise.all(names.map((name, index) => (found[index] ? undefined : seen.put(name, { key }))));
    return false;
  };
}

function marksOf({ fields, sender, mailId, ownText }: SeenMarks): string[] {
  const signatures = fields
    .values('dkim-signature')
    .slice(0, mostSignatures)
    .flatMap((value) => /(?:^|;)\s*b\s*=([^;]+)/.exec(value)?.[1]?.replace(/\s+/g, '') || []);
  const [date] = fields.values('date');
  const at = Date.parse(date ?? '');
  return [
    ...new Set(signatures.map((value) => nameOf('signature', value))),
    ...(Number.isNaN(at) ? [] : [nameOf('words', sender, mailId, `${at}`, ownText)]),
  ];
}

function nameOf(...texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 40);
}
