const mostSignatures = 10;
/** Of those that may count; a mail has one or two. */
const mostVerified = 3;
const longestSignature = 8_192;
const longestHeader = 262_144;

/** A mail without the signatures that cannot count; or why none of them can. */
export type OnlySignatures =
  | { readonly message: Buffer; readonly problem?: undefined }
  | { readonly message?: undefined; readonly problem: string };

/**
 * Leaves those signatures in a mail that are worth being verified: by a domain that is wanted, over the whole body, by a
 * hash that is good (RFC 8301). All others would cost a look into the DNS of a domain that the sender chose.
 */
export function onlySignatures(source: Buffer, isWanted: (domain: string) => boolean): OnlySignatures {
  const end = source.indexOf('\r\n\r\n');
  if (end === -1 || end > longestHeader) return { problem: 'the header has no end that is plain' };
  const header = source.toString('latin1', 0, end);
  if (/\r(?!\n)|(?<!\r)\n|\0/.test(header)) return { problem: 'the header has line ends that are none' };
  const fields = header.split(/\r\n(?![ \t])/);
  const signatures = fields.filter((field) => nameOf(field) === 'dkim-signature');
  if (signatures.length === 0) return { problem: 'no signature' };
  if (signatures.length > mostSignatures) return { problem: `more than ${mostSignatures} signatures` };
  const problems = new Map(signatures.map((field) => [field, problemOf(field, isWanted)]));
  if (![...problems.values()].includes(undefined))
    return { problem: [...new Set(problems.values())].join('; ') };
  let room = mostVerified;
  const kept = fields.filter((field) => {
    if (!problems.has(field)) return !nameOf(field).startsWith('arc-');
    if (problems.get(field) !== undefined || room === 0) return false;
    room -= 1;
    return true;
  });
  return { message: Buffer.concat([Buffer.from(kept.join('\r\n'), 'latin1'), source.subarray(end)]) };
}

function problemOf(field: string, isWanted: (domain: string) => boolean): string | undefined {
  if (field.length > longestSignature) return 'a signature that is too long';
  const tags = new Map<string, string>();
  for (const part of field
    .slice(field.indexOf(':') + 1)
    .replace(/\s+/g, '')
    .split(';')) {
    const [, name = '', value = ''] = /^([a-z][a-z0-9_]*)=(.*)$/i.exec(part) ?? [];
    if (part === '') continue;
    if (name === '' || tags.has(name.toLowerCase())) return 'a signature that cannot be read';
    tags.set(name.toLowerCase(), value);
  }
  const domain = tags.get('d') ?? '';
  if (!isWanted(domain)) return 'no signature of the domain of the sender';
  if (tags.has('l')) return 'a signature over a part of the body only (l=)';
  if (!/^(rsa|ed25519)-sha256$/i.test(tags.get('a') ?? ''))
    return 'a signature by a method that does not count';
  const isOverFrom = (tags.get('h') ?? '').toLowerCase().split(':').includes('from');
  return isOverFrom ? undefined : 'a signature that does not cover the From';
}

function nameOf(field: string): string {
  return field
    .slice(0, Math.max(0, field.indexOf(':')))
    .trim()
    .toLowerCase();
}
