import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A name, and the text that is searched under it. */
export type NamedText = readonly [name: string, text: string];

/**
 * Where a secret stands: `NAME: what is around it`, with the secret itself left out.
 *
 * It is looked for as it is, URL-encoded, as JSON writes it, in hexadecimal, and in base64 and base64url, also in
 * the middle of something that was encoded as a whole, such as a line of AUTH XOAUTH2.
 */
export function findSecrets(secrets: Iterable<string>, texts: Iterable<NamedText>): readonly string[] {
  const forms = [...new Set([...secrets].flatMap(formsOf))];
  const found: string[] = [];
  for (const [name, text] of texts)
    for (const form of forms) {
      const index = text.indexOf(form);
      if (index === -1) continue;
      const around = [
        text.slice(Math.max(0, index - 80), index),
        text.slice(index + form.length).slice(0, 80),
      ];
      found.push(`${name}: ${around.join('<SECRET>')}`);
    }
  return found;
}

/**
 * All files below a folder, byte by byte, but for those that `isMeant` names: a secret may stand there. One that has
 * gone meanwhile, as those of the journal do, is empty.
 */
export async function filesOf(
  dir: string,
  isMeant: (name: string) => boolean = () => false,
): Promise<readonly NamedText[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((name) => !isMeant(name));
  return Promise.all(
    names.map(
      async (name): Promise<NamedText> => [name, await readFile(join(dir, name), 'latin1').catch(() => '')],
    ),
  );
}

const shortest = 8;

function formsOf(secret: string): readonly string[] {
  if (secret.length < shortest) throw new Error('That is too short to be looked for.');
  const bytes = Buffer.from(secret);
  const whole = [bytes.toString('base64'), bytes.toString('base64url')].map((text) =>
    text.replace(/=+$/, ''),
  );
  // What comes before it shifts its base64; the characters at both ends hold bits of the neighbours.
  const inside = [1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    return (['base64', 'base64url'] as const).map((encoding) =>
      shifted
        .toString(encoding)
        .replace(/=+$/, '')
        .slice(shift + 1, -1),
    );
  });
  const atStart = whole.map((text) => text.slice(0, -1));
  const url = encodeURIComponent(secret);
  return [
    secret,
    url,
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    ...atStart,
    ...inside,
  ];
}
