import { hkdfSync } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../../core/fault.js';
import type { Collection, DocumentType } from '../../core/store.js';

const onDisk = z.object({ key: z.base64().length(44), installation: z.string().regex(/^[0-9a-f]{16}$/) });

/** What the references of an installation are made with: the key of their MAC, and the name of the installation. */
export type ReferenceSecret = Readonly<z.infer<typeof onDisk>>;

/** How it is kept: encrypted, one document of the collection `references`. */
export const referenceSecretType: DocumentType<ReferenceSecret> = {
  version: 1,
  parse: (value) => onDisk.parse(value),
  encrypted: true,
};

const documentName = 'secret';

/**
 * What the references are made with. It outlives every key at rest, so that a reply to a mail from before a rotation
 * is still understood.
 *
 * At first it is made from `oldestKey`, which is what mails were made with before it was kept. Where it cannot be read
 * with the keys there are, the same is used for now, nothing is written, and `unread` says so.
 */
export async function openReferenceSecret(
  documents: Collection<ReferenceSecret>,
  oldestKey: Buffer,
): Promise<{ readonly secret: ReferenceSecret; readonly unread?: Fault }> {
  const derived = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', oldestKey, '', `ackmail ${purpose}`, 32));
  const made = {
    key: derived('references').toString('base64'),
    installation: derived('installation').toString('hex').slice(0, 16),
  };
  try {
    const kept = await documents.get(documentName);
    if (kept) return { secret: kept };
  } catch (thrown) {
    if (!(thrown instanceof Fault && thrown.code === 'STORE_KEY')) throw thrown;
    return { secret: made, unread: new Fault('STORE_KEY', { ...thrown.facts, remedy }, thrown) };
  }
  await documents.put(documentName, made);
  return { secret: made };
}

const remedy =
  'Give the key that it was written with (ACKMAIL_KEY or `keyFile`) and restart. Without it, replies to mails from ' +
  'before are not understood any more; if the key is lost, remove the file.';
