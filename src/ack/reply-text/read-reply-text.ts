import { z } from 'zod';
import { decodeText } from './decode-text.js';
import { type MailPart, readMailParts } from './mail-parts.js';
import { ownWords } from './own-words.js';
import { partText } from './part-text.js';

/** What a person wrote in a mail. */
export interface ReplyText {
  /** The sender's own words, without quotation and signature, lines ending in LF; may be empty. */
  readonly ownWords: string;
  /** The emoji of a reaction that was sent in place of words, as Gmail sends it. */
  readonly reaction?: string;
  /** Set when there are words that cannot be read: encrypted, or in a form of Outlook's own. */
  readonly sealed?: true;
}

const sealedTypes =
  /^(?:application\/(?:pgp-encrypted|(?:x-)?pkcs7-mime|ms-tnef|vnd\.ms-tnef)|multipart\/encrypted)$/;
const reactionType = 'text/vnd.google.email-reaction+json';
const reactionSchema = z.object({ version: z.literal(1), emoji: z.string().min(1).max(32) });

/**
 * Reads the sender's own words out of a message, which may have been cut.
 *
 * Plain text is taken where there is some, else the text of the HTML. Files and embedded messages are not read.
 * Throws when the message cannot be taken apart.
 */
export async function readReplyText(source: Buffer): Promise<ReplyText> {
  const parts = await readMailParts(source);
  const reaction = reactionOf(parts);
  const text = textOf(parts.filter((part) => !part.isFile));
  const isSealed =
    text.trim() === ''
      ? parts.some((part) => sealedTypes.test(part.type))
      : /^\s*-----BEGIN PGP MESSAGE-----/.test(text.slice(0, 1_000));
  return {
    ownWords: ownWords(text),
    ...(reaction === undefined ? {} : { reaction }),
    ...(isSealed ? { sealed: true } : {}),
  };
}

/** The text of all parts that are shown, each said once. */
function textOf(parts: readonly MailPart[]): string {
  const said = new Set<number>();
  return parts
    .flatMap((part) => {
      if (part.alternative === undefined) return [partText(part)];
      if (said.has(part.alternative)) return [];
      said.add(part.alternative);
      const same = parts.filter(({ alternative }) => alternative === part.alternative);
      const plain = joined(same.filter(({ type }) => type === 'text/plain'));
      return [plain.trim() === '' ? joined(same.filter(({ type }) => type === 'text/html')) : plain];
    })
    .filter((text) => text.trim() !== '')
    .join('\n');
}

function joined(parts: readonly MailPart[]): string {
  return parts.map(partText).join('\n');
}

function reactionOf(parts: readonly MailPart[]): string | undefined {
  const part = parts.find(({ type, isFile }) => type === reactionType && !isFile);
  if (!part) return undefined;
  try {
    return reactionSchema.parse(JSON.parse(decodeText(part.bytes, part.charset))).emoji;
  } catch {
    return undefined;
  }
}
