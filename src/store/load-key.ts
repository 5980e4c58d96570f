import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, Fault } from '../core/fault.js';
import { createFolderSync } from './folder-sync.js';
import { hasCode } from './has-code.js';

/** Where a key may come from; the first one that is named counts. */
export interface KeySources {
  /** `ACKMAIL_KEY` is the key itself; `CREDENTIALS_DIRECTORY` is systemd's folder, which may hold `ackmail-key`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file that the settings name. */
  readonly keyFile?: string;
  /** The file beside the settings, made when it is missing. */
  readonly defaultFile: string;
}

/** A key for encryption at rest. */
export interface LoadedKey {
  /** 32 bytes. */
  readonly key: Buffer;
  /** A plain sentence when others than its owner may read the key file. */
  readonly warning?: string;
}

const inBase64 = /^[A-Za-z0-9+/]{43}=?$/;
const remedy = 'it must be 32 bytes in base64, as `openssl rand -base64 32` prints them.';

/**
 * The key for encryption at rest, 32 bytes in base64: `ACKMAIL_KEY`, else `keyFile`, else
 * `$CREDENTIALS_DIRECTORY/ackmail-key`, else `defaultFile`, which is made once, 0600. Two processes that make
 * it at the same time end up with the same key.
 *
 * Errors: `CONFIG_INVALID` for what is no key, `CONFIG_UNREADABLE` for a file that cannot be read or made.
 */
export async function loadKey({ env, keyFile, defaultFile }: KeySources): Promise<LoadedKey> {
  const given = env['ACKMAIL_KEY'];
  if (given !== undefined) return { key: decode(given, 'ACKMAIL_KEY') };
  if (keyFile !== undefined) return readKey(keyFile);

  const credentials = env['CREDENTIALS_DIRECTORY'];
  if (credentials) {
    const file = join(credentials, 'ackmail-key');
    if (await exists(file)) return readKey(file);
  }
  if (!(await exists(defaultFile))) await makeKey(defaultFile);
  return readKey(defaultFile);
}

async function readKey(file: string): Promise<LoadedKey> {
  const [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)]).catch(unreadable(file));
  const key = decode(text, file);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return { key };
  return { key, warning: `Others may read the key file ${file}: chmod 600 it.` };
}

/** Writes the key aside and links it to its name, so that nobody ever reads half of one or replaces one. */
async function makeKey(file: string): Promise<void> {
  const folder = dirname(file);
  const temporary = join(folder, `.ackmail-key-${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${randomBytes(32).toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(temporary, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) return unreadable(file)(error);
  } finally {
    await rm(temporary, { force: true });
  }
  await createFolderSync(folder)().catch(unreadable(file));
}

function decode(text: string, origin: string): Buffer {
  const trimmed = text.trim();
  if (!inBase64.test(trimmed))
    throw new Fault('CONFIG_INVALID', { detail: `${origin} is no key: ${remedy}` });
  return Buffer.from(trimmed, 'base64');
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    return unreadable(file)(error);
  }
}

function unreadable(file: string): (cause: unknown) => never {
  return (cause) => {
    throw new Fault('CONFIG_UNREADABLE', { file, detail: describe(cause) }, cause);
  };
}
