import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ClientCertificate } from '../core/account.js';
import { describe, Fault } from '../core/fault.js';

/**
 * Reads the certificate that a client proves itself with, and its key; the two may stand in one file. Relative paths start from `dir`.
 *
 * Throws `CONFIG_UNREADABLE` for what cannot be read, for a key that is not RSA or has a passphrase, and where
 * the two do not belong together. Neither text ever holds anything of the key.
 */
export async function readClientCertificate(
  files: { readonly file: string; readonly key: string },
  dir: string,
): Promise<ClientCertificate> {
  const keyFile = resolve(dir, files.key);
  const certificate = await read(resolve(dir, files.file), 'certificate', (pem) => new X509Certificate(pem));
  const key = await read(keyFile, 'private key without a passphrase', (pem) => createPrivateKey(pem));
  const unfit = (detail: string) => new Fault('CONFIG_UNREADABLE', { file: keyFile, detail });
  if (key.asymmetricKeyType !== 'rsa') throw unfit('it is not an RSA key');
  if (!certificate.checkPrivateKey(key)) throw unfit(`it is not the key of the certificate in ${files.file}`);
  return { certificate: certificate.toString(), key: pkcs8(key) };
}

async function read<T>(file: string, what: string, parse: (pem: string) => T): Promise<T> {
  let pem: string;
  try {
    pem = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Fault('CONFIG_UNREADABLE', { file, detail: describe(cause) }, cause);
  }
  try {
    return parse(pem);
  } catch {
    // What OpenSSL says of a key helps nobody, and is not to be shown.
    throw new Fault('CONFIG_UNREADABLE', { file, detail: `it holds no ${what} in PEM` });
  }
}

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
