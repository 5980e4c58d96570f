import { createHmac, timingSafeEqual } from 'node:crypto';
import type { MintReference } from '../../core/mail.js';

/** Mints references to mails, and reads those that this installation minted. */
export interface References {
  readonly mint: MintReference;
  /**
   * The id of the mail that a reference names; undefined for anything that this installation did not mint.
   *
   * `candidate` is the 43 characters of a reference, in upper or lower case, white space in it ignored.
   */
  read(candidate: string): string | undefined;
  /** Whether a tag, without its `#`, is the subject tag of a mail; compared in constant time. */
  isTagOf(tag: string, mailId: string): boolean;
}

/** How a subject tag looks, without its `#`: it begins as the id of its mail does, so that few have to be compared. */
export const subjectTag = { length: 10, idLength: 3 };

const tagLength = 4;
const mailIdLength = 13;
const macLength = 26;

/** How many characters a reference has. */
export const referenceLength = tagLength + mailIdLength + macLength;

/**
 * Makes the references of one installation.
 *
 * A reference is the tag of the installation (4 characters), the id of the mail (13) and a MAC of 128 bits
 * (26), all in lower-case base32 (RFC 4648 section 6), since mail software may fold the case of a local part.
 * The tag stands first so that the mail of others is passed over without any cryptography. `key` is a key of
 * its own, derived by the caller; `installation` names the installation and is no secret.
 */
export function createReferences({ key, installation }: { key: Buffer; installation: string }): References {
  const mac = (purpose: string, mailId: string): Buffer =>
    createHmac('sha256', key).update(`ackmail\0${purpose}\0${installation}\0${mailId}`).digest();
  const tag = base32(mac('installation', '')).slice(0, tagLength);
  const shortTag = (mailId: string): string =>
    (mailId.slice(0, subjectTag.idLength) + base32(mac('subject', mailId))).slice(0, subjectTag.length);
  const fullMac = (mailId: string): string => base32(mac('reference', mailId).subarray(0, 16));

  return {
    mint(mailId, domain) {
      if (!/^[a-z0-9]{13}$/.test(mailId)) throw new RangeError('A mail id has 13 characters of a-z and 0-9.');
      const reference = tag + mailId + fullMac(mailId);
      return {
        root: `<${reference}.root@${domain}>`,
        messageId: `<${reference}@${domain}>`,
        subaddress: reference,
        subjectTag: `#${shortTag(mailId)}`,
      };
    },

    read(candidate) {
      const text = candidate.replace(/\s+/g, '').toLowerCase();
      if (text.length !== referenceLength || !text.startsWith(tag)) return undefined;
      const mailId = text.slice(tagLength, tagLength + mailIdLength);
      if (!/^[a-z0-9]{13}$/.test(mailId)) return undefined;
      return isSame(text.slice(-macLength), fullMac(mailId)) ? mailId : undefined;
    },

    isTagOf: (tag, mailId) => isSame(tag.toLowerCase(), shortTag(mailId)),
  };
}

function isSame(text: string, other: string): boolean {
  const [given, wanted] = [Buffer.from(text, 'latin1'), Buffer.from(other, 'latin1')];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}
