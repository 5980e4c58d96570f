import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { describe, Fault } from '../core/fault.js';
import type { Settings } from '../core/settings.js';
import { checkSettings, type Locate } from './check-settings.js';

/** A settings file that was read and found right. */
export interface LoadedSettings {
  /** The settings as the user wrote them, secrets not in place. */
  readonly raw: unknown;
  readonly settings: Settings;
  readonly file: string;
  /** The folder that relative paths start from. */
  readonly dir: string;
  /** Says where a setting stands; of one that is not there, where it would belong. */
  readonly locate: Locate;
}

/**
 * Reads a settings file (YAML, of which JSON is a part).
 *
 * Throws `CONFIG_UNREADABLE`, `CONFIG_SECRET_MISSING`, or `CONFIG_INVALID` with file, line, path and remedy.
 */
export async function loadSettings(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LoadedSettings> {
  const file = resolve(path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Fault('CONFIG_UNREADABLE', { file, detail: describe(cause) }, cause);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new Fault('CONFIG_INVALID', { detail: `${basename(file)}:${line}: ${describe(broken)}` });
  }
  const locate: Locate = (issuePath) => {
    for (let length = issuePath.length; length > 0; length -= 1) {
      const node = document.getIn(issuePath.slice(0, length), true);
      if (isNode(node) && node.range) return `${basename(file)}:${lines.linePos(node.range[0]).line}`;
    }
    return `${basename(file)}:1`;
  };
  const raw: unknown = document.toJS();
  const dir = dirname(file);
  return { raw, settings: await checkSettings(raw, { env, baseDir: dir }, locate), file, dir, locate };
}
