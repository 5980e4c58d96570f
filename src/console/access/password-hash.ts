import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { createGate } from '../../core/gate.js';

/** As strong as N = 2^17, p = 1 (OWASP's first choice), with a quarter of the memory: 32 MB, about 0.2 seconds. */
const standard = { N: 2 ** 15, r: 8, p: 3 };
const saltLength = 16;
const keyLength = 32;
const mostAtOnce = 2;
const gate = createGate(mostAtOnce);

/**
 * Passwords as they stand in the settings: `scrypt:N:R:P:SALT:KEY` (RFC 7914), salt and key in base64url. At most two
 * are computed at the same time, in threads of their own, so that wrong logins take neither the memory nor the threads
 * that mail needs.
 */
export const passwordHash = {
  /** The hash of a password, with a salt of its own. */
  async make(password: string): Promise<string> {
    const salt = randomBytes(saltLength);
    const { N, r, p } = standard;
    const key = await derive(password, salt, standard);
    return `scrypt:${N}:${r}:${p}:${salt.toString('base64url')}:${key.toString('base64url')}`;
  },
  /** Whether a password is the one of a hash. */
  async matches(password: string, hash: string): Promise<boolean> {
    const [, n, r, p, salt = '', key = ''] = hash.split(':');
    const wanted = Buffer.from(key, 'base64url');
    const parameters = { N: Number(n), r: Number(r), p: Number(p) };
    const given = await derive(password, Buffer.from(salt, 'base64url'), parameters);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  },
};

/** The same letters give the same key, however a keyboard composed them (RFC 8265 section 4.2.2). */
function derive(password: string, salt: Buffer, { N, r, p }: typeof standard): Promise<Buffer> {
  const options = { N, r, p, maxmem: 256 * N * r };
  return gate(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(password.normalize('NFC'), salt, keyLength, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}
