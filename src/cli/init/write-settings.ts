import { access, mkdtemp, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { checkSettings } from '../../settings/check-settings.js';
import type { ComposedSettings } from './compose-settings.js';
import { placeFiles } from './place-files.js';
import { refuseFile } from './refuse-file.js';

/** What was written. */
export interface WrittenSettings {
  readonly file: string;
  readonly secrets: readonly string[];
}

/** The files that the settings would replace: the settings file itself, and those of its secrets. */
export async function standingFiles(file: string, { secrets }: ComposedSettings): Promise<readonly string[]> {
  const paths = [file, ...secrets.map(({ name }) => join(dirname(file), name))];
  const there = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, place) => there[place]);
}

/**
 * Writes a settings file and its secrets, each 0600, all of them or none: they are made and checked in a folder of
 * their own first. Files that stand already are replaced only where `mayReplace` names them.
 *
 * Throws what `checkSettings` throws where the settings are not right, and a `CommandError` where nothing can be
 * written or another file has got in the way.
 */
export async function writeSettings(
  file: string,
  composed: ComposedSettings,
  env: Readonly<Record<string, string | undefined>>,
  mayReplace: readonly string[],
): Promise<WrittenSettings> {
  const dir = dirname(file);
  const draft = await mkdtemp(join(dir, '.ackmail-init-')).catch(refuseFile(dir));
  try {
    for (const { name, value } of composed.secrets) await write(join(draft, name), `${value}\n`);
    await write(join(draft, basename(file)), composed.yaml);
    await checkSettings(parse(withSecretsIn(draft, composed)), { env, baseDir: dir });
    const secrets = composed.secrets.map(({ name }) => join(dir, name));
    // The settings last: they name the others.
    await placeFiles(draft, [...secrets, file], mayReplace);
    return { file, secrets };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The settings with their new secrets where they are now; those that stood before are found beside the file. */
function withSecretsIn(draft: string, { yaml, secrets }: ComposedSettings): string {
  return secrets.reduce(
    (text, { name }) => text.replaceAll(`\${file:${name}}`, `\${file:${join(draft, name)}}`),
    yaml,
  );
}

async function write(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600).catch(refuseFile(path));
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
