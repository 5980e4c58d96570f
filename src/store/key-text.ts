import { Fault } from '../core/fault.js';

const inBase64 = /^[A-Za-z0-9+/]{43}=?$/;
const remedy = 'it must be 32 bytes in base64, as `openssl rand -base64 32` prints them.';

/** Keys at rest as text: each 32 bytes in base64, with white space between them; the first one seals. */
export const keyText = {
  /** At least one key. Throws `CONFIG_INVALID`, which names where the text came from and not what it is. */
  read(text: string, origin: string): readonly Buffer[] {
    return text
      .trim()
      .split(/\s+/)
      .map((part) => {
        if (!inBase64.test(part))
          throw new Fault('CONFIG_INVALID', { detail: `${origin} is no key: ${remedy}` });
        return Buffer.from(part, 'base64');
      });
  },

  write: (keys: readonly Buffer[]): string => keys.map((key) => `${key.toString('base64')}\n`).join(''),
};
