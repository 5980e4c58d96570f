import { randomBytes } from 'node:crypto';
import { describe, Fault } from '../core/fault.js';
import type { RotatedKey } from '../core/upkeep.js';
import type { FileStore } from './file-store.js';
import { keyFile } from './key-file.js';
import { keyId } from './key-id.js';
import type { LoadedKey } from './load-key.js';
import { createTurns } from './turns.js';

/*
 * Every document can be opened with what the key file holds, at every moment:
 *
 * 1. The file holds the new key and those before it; from then on the new one seals.
 * 2. Every encrypted document is sealed with the new one, each by a write that is whole or not made.
 * 3. The file holds the new key alone.
 *
 * Killed in between, the next start finds more than one key and goes on at 2.
 */

/** Changes the key at rest of a data directory that this process owns. */
export interface KeyRotation {
  /** The key that seals: a name for it, which tells nothing else, and the file that it stands in. */
  current(): { readonly kid: string; readonly file?: string };
  /**
   * Seals everything with the first key where an older one stands behind it, and takes the older ones out of the
   * file. Answers what a person still has to do, in a sentence.
   */
  finish(): Promise<string | undefined>;
  /**
   * Makes a new key and seals everything with it.
   *
   * Throws `CONFIG_KEY_GIVEN` where the key is not ours to change, and nothing is changed; and `STORE_UNWRITABLE`:
   * then the file holds both keys, and the next start goes on.
   */
  rotate(): Promise<RotatedKey>;
}

/** Makes the rotation over a store that all encrypted collections were asked of already. */
export function createKeyRotation(
  { key, olderKeys, origin }: LoadedKey,
  store: Pick<FileStore, 'reseal'>,
): KeyRotation {
  const inTurn = createTurns();
  let keys = [key, ...olderKeys];

  const given = (detail: string): Fault => new Fault('CONFIG_KEY_GIVEN', { origin: origin.name, detail });
  /** Writes the keys of the file; what somebody else has put there meanwhile is left alone. */
  const write = async (file: string, next: readonly Buffer[]) => {
    const found = await keyFile.read(file);
    if (!found.keys[0] || !keys[0]?.equals(found.keys[0]))
      throw given('somebody has changed it since the start');
    await keyFile.replace(file, next);
    keys = [...next];
  };
  const refuse = (thrown: unknown): never => {
    throw Fault.from(thrown, given);
  };
  /** Takes the older keys away once nothing is sealed with them; answers what is left to a person. */
  const dropOlder = async (): Promise<string | undefined> => {
    const [current] = keys;
    const done = `Everything is sealed with the first key of ${origin.name}; take the others out of it`;
    if (!current || origin.file === undefined) return `${done}.`;
    return write(origin.file, [current]).then(
      () => undefined,
      (thrown: unknown) => `${done}, since Ackmail cannot: ${describe(thrown)}`,
    );
  };

  return {
    current: () => ({
      kid: keyId(keys[0] ?? key),
      ...(origin.file === undefined ? {} : { file: origin.file }),
    }),
    finish: () =>
      inTurn(['key'], async () => {
        if (keys.length === 1) return undefined;
        try {
          await store.reseal();
        } catch (thrown) {
          return `Not everything is sealed with the first key of ${origin.name} yet, the next start goes on: ${describe(thrown)}`;
        }
        return dropOlder();
      }),
    rotate: () =>
      inTurn(['key'], async () => {
        const { file } = origin;
        if (file === undefined) throw given('it is set from outside');
        const next = randomBytes(32);
        await write(file, [next, ...keys]).catch(refuse);
        const unopened = await store.reseal(next);
        const left = await dropOlder();
        return { file, unopened, ...(left === undefined ? {} : { left }) };
      }),
  };
}
