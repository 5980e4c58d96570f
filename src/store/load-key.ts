import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, Fault } from '../core/fault.js';
import { hasCode } from './has-code.js';
import { keyFile as keysIn } from './key-file.js';
import { keyText } from './key-text.js';

/** Where a key may come from; the first one that is named counts. */
export interface KeySources {
  /** `ACKMAIL_KEY` is the key itself; `CREDENTIALS_DIRECTORY` is systemd's folder, which may hold `ackmail-key`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file that the settings name. */
  readonly keyFile?: string;
  /** The file beside the settings, made when it is missing. */
  readonly defaultFile: string;
  /** False where it is not to be made. */
  readonly mayMake?: boolean;
}

/** Where a key came from, as it is told to people, and the file where Ackmail itself may change it. */
export interface KeyOrigin {
  readonly name: string;
  readonly file?: string;
}

/** The keys for encryption at rest, 32 bytes each. */
export interface LoadedKey {
  /** The one that seals, and opens. */
  readonly key: Buffer;
  /** Those that still open what was sealed before the key was rotated, the newest first; mostly none. */
  readonly olderKeys: readonly Buffer[];
  readonly origin: KeyOrigin;
  /** A plain sentence when others than its owner may read the key file. */
  readonly warning?: string;
}

/**
 * The key for encryption at rest: `ACKMAIL_KEY`, else `keyFile`, else `$CREDENTIALS_DIRECTORY/ackmail-key`, else
 * `defaultFile`, which is made once, 0600. Each may hold older keys behind it (see `keyText`). Two processes that
 * make the file at the same time end up with the same key.
 *
 * Errors: `CONFIG_INVALID` for what is no key, `CONFIG_UNREADABLE` for a file that cannot be read or made.
 */
export async function loadKey(sources: KeySources): Promise<LoadedKey> {
  const { env, keyFile, defaultFile, mayMake = true } = sources;
  const given = env['ACKMAIL_KEY'];
  if (given !== undefined)
    return loaded(keyText.read(given, 'ACKMAIL_KEY'), { name: 'the environment (ACKMAIL_KEY)' });
  if (keyFile !== undefined) return readKey(keyFile, { name: keyFile, file: keyFile });

  const credentials = env['CREDENTIALS_DIRECTORY'];
  if (credentials) {
    const file = join(credentials, 'ackmail-key');
    if (await exists(file)) return readKey(file, { name: 'the systemd credential ackmail-key' });
  }
  if (mayMake && !(await exists(defaultFile))) await keysIn.make(defaultFile).catch(unreadable(defaultFile));
  return readKey(defaultFile, { name: defaultFile, file: defaultFile });
}

async function readKey(file: string, origin: KeyOrigin): Promise<LoadedKey> {
  const { keys, isOpenToOthers } = await keysIn.read(file).catch(unreadable(file));
  const warning = `Others may read the key file ${file}: chmod 600 it.`;
  return loaded(keys, origin, isOpenToOthers ? warning : undefined);
}

function loaded([key, ...olderKeys]: readonly Buffer[], origin: KeyOrigin, warning?: string): LoadedKey {
  if (!key) throw new RangeError('There is no key.');
  return { key, olderKeys, origin, ...(warning === undefined ? {} : { warning }) };
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
    throw Fault.from(
      cause,
      (_, thrown) => new Fault('CONFIG_UNREADABLE', { file, detail: describe(thrown) }, thrown),
    );
  };
}
