import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { keyId } from './key-id.js';

const envelope = z.strictObject({
  v: z.int().min(1),
  enc: z.literal('A256GCM'),
  kid: z.string().regex(/^[0-9a-f]{16}$/),
  iv: z.base64().length(16),
  tag: z.base64().length(24),
  data: z.base64(),
});

/** An encrypted document as it stands on disk. */
export type Envelope = z.infer<typeof envelope>;

/** Encryption at rest: AES-256-GCM (NIST SP 800-38D), a random nonce for each write. */
export interface Encryption {
  /** Encrypts a text; `subject` (its collection and name) is authenticated with it, so that files cannot be swapped. */
  seal(text: string, subject: string, version: number): Envelope;
  /**
   * The text of an envelope; `'other-key'` when it was sealed with none of the keys. Throws when it is no
   * envelope, was altered, or belongs to another subject.
   */
  open(value: unknown, subject: string): { readonly text: string } | 'other-key';
  /** The envelope sealed anew; `'sealed'` where the key that seals has sealed it already. Throws as `open` does. */
  reseal(value: unknown, subject: string): Envelope | 'sealed' | 'other-key';
  /** Seals with another key from now on; those before it still open. */
  use(key: Buffer): void;
}

interface IdentifiedKey {
  readonly kid: string;
  readonly key: Buffer;
}

/** Encrypts with a key of 32 bytes; the older ones only open. */
export function createEncryption(key: Buffer, olderKeys: readonly Buffer[] = []): Encryption {
  let current = identified(key);
  let keys = [current, ...olderKeys.map(identified)];

  const encryption: Encryption = {
    seal(text, subject, version) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv).setAAD(Buffer.from(subject));
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return {
        v: version,
        enc: 'A256GCM',
        kid: current.kid,
        iv: iv.toString('base64'),
        tag: cipher.getAuthTag().toString('base64'),
        data: data.toString('base64'),
      };
    },
    open(value, subject) {
      const sealed = envelope.parse(value);
      const found = keys.find(({ kid }) => kid === sealed.kid);
      if (!found) return 'other-key';
      const decipher = createDecipheriv('aes-256-gcm', found.key, Buffer.from(sealed.iv, 'base64'), {
        authTagLength: 16,
      })
        .setAAD(Buffer.from(subject))
        .setAuthTag(Buffer.from(sealed.tag, 'base64'));
      return { text: decipher.update(sealed.data, 'base64', 'utf8') + decipher.final('utf8') };
    },
    reseal(value, subject) {
      const { v, kid } = envelope.parse(value);
      if (kid === current.kid) return 'sealed';
      const opened = encryption.open(value, subject);
      return opened === 'other-key' ? opened : encryption.seal(opened.text, subject, v);
    },
    use(next) {
      current = identified(next);
      keys = [current, ...keys];
    },
  };
  return encryption;
}

function identified(key: Buffer): IdentifiedKey {
  return { key, kid: keyId(key) };
}
