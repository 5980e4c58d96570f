import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, Fault } from '../core/fault.js';

/** What secrets are looked up in. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly baseDir: string;
}

/**
 * Puts `${env:NAME}` and `${file:PATH}` in place, in every string of the settings.
 *
 * One line end at the end of a file is left out. Throws `CONFIG_SECRET_MISSING` naming what asks for what.
 */
export async function expandSecrets(value: unknown, sources: SecretSources, path = ''): Promise<unknown> {
  if (typeof value === 'string') return expandText(value, sources, path);
  if (Array.isArray(value))
    return Promise.all(value.map((item, index) => expandSecrets(item, sources, join(path, String(index)))));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await expandSecrets(item, sources, join(path, key))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

const join = (path: string, key: string) => (path ? `${path}.${key}` : key);

async function expandText(text: string, sources: SecretSources, path: string): Promise<string> {
  const parts = text.split(/(\$\{(?:env|file):[^}]+\})/);
  const expanded = parts.map((part) => {
    const found = /^\$\{(env|file):([^}]+)\}$/.exec(part);
    if (!found) return part;
    const [, kind, name = ''] = found;
    return kind === 'env' ? fromEnvironment(name, sources, path) : fromFile(name, sources, path);
  });
  return (await Promise.all(expanded)).join('');
}

function fromEnvironment(name: string, { env }: SecretSources, path: string): string {
  const value = env[name];
  if (!value) throw new Fault('CONFIG_SECRET_MISSING', { path, secret: `the environment variable ${name}` });
  return value;
}

async function fromFile(name: string, { baseDir }: SecretSources, path: string): Promise<string> {
  const file = resolve(baseDir, name);
  try {
    const value = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    if (value) return value;
  } catch (cause) {
    throw new Fault(
      'CONFIG_SECRET_MISSING',
      { path, secret: `the file ${file} (${describe(cause)})` },
      cause,
    );
  }
  throw new Fault('CONFIG_SECRET_MISSING', { path, secret: `a first line in the file ${file}` });
}
