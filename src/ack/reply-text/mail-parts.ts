import { type MimeNode, Splitter } from '@zone-eu/mailsplit';
import { readHeaderFields } from '../header-fields.js';

/** One part of a message that has no parts of its own (RFC 2045). */
export interface MailPart {
  /** The media type in lower case, such as `text/plain`. */
  readonly type: string;
  /** The label of the charset; absent when the part has none. */
  readonly charset?: string;
  /** Set for `format=flowed` text (RFC 3676); `delSp`: the space at a soft line break is no part of the text. */
  readonly flowed?: { readonly delSp: boolean };
  /** Whether it is sent as a file, and not to be shown with the text. */
  readonly isFile: boolean;
  /** The outermost `multipart/alternative` that it stands in; parts of the same number say the same. */
  readonly alternative?: number;
  /** The content, with the transfer encoding undone. */
  readonly bytes: Buffer;
}

const longestHead = 65_536;
const longestField = 4_000;
const mostParts = 500;
/** The fields that say how a body is to be read (RFC 2045 section 3, RFC 2183). */
const bodyFields = [
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
] as const;

/**
 * Takes a message apart, which may have been cut, into its parts in their order. Embedded messages are parts like any
 * other. Throws when there are more than 500 parts, or a part has more than 64 kB of header.
 */
export async function readMailParts(source: Buffer): Promise<readonly MailPart[]> {
  const splitter = new Splitter({
    ignoreEmbedded: true,
    maxHeadSize: longestHead,
    maxChildNodes: mostParts,
  });
  const found: { node: MimeNode; alternative: number | undefined; chunks: Buffer[] }[] = [];
  const alternatives = new Map<MimeNode, number>();
  splitter.end(withBodyFields(source));
  for await (const chunk of splitter) {
    if (chunk.type === 'body') found.at(-1)?.chunks.push(chunk.value);
    if (chunk.type !== 'node') continue;
    const above = chunk.parentNode ? alternatives.get(chunk.parentNode) : undefined;
    const own = above ?? (chunk.multipart === 'alternative' ? alternatives.size : undefined);
    if (chunk.multipart && own !== undefined) alternatives.set(chunk, own);
    if (!chunk.multipart) found.push({ node: chunk, alternative: own, chunks: [] });
  }
  return found.map(({ node, alternative, chunks }) => ({
    type: node.contentType || 'text/plain',
    ...(node.charset ? { charset: node.charset } : {}),
    ...(node.flowed ? { flowed: { delSp: node.delSp } } : {}),
    isFile: node.disposition === 'attachment' || Boolean(node.filename),
    ...(alternative === undefined ? {} : { alternative }),
    bytes: decoded(Buffer.concat(chunks), node.encoding || ''),
  }));
}

/** Undoes a transfer encoding (RFC 2045 section 6) as far as it goes: what is no code stays as it is. */
function decoded(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(bytes.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return bytes;
  const text = bytes
    .toString('latin1')
    .split('\n')
    .map(withoutEndSpace)
    .join('\n')
    .replace(/=\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

/** White space at the end of an encoded line is no part of it (RFC 2045 section 6.7 rule 3). */
function withoutEndSpace(line: string): string {
  let end = line.length;
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

/** The message without the fields that a parser would take apart for nobody, addresses at great expense. */
function withBodyFields(source: Buffer): Buffer {
  const fields = readHeaderFields(source);
  const kept = bodyFields.flatMap((name) =>
    fields
      .values(name)
      .slice(0, 1)
      .map((value) => `${name}: ${value.slice(0, longestField)}\r\n`),
  );
  const text = source.toString('latin1');
  const [end] = text.match(headerEnd) ?? [];
  const body = end === undefined ? source.length : text.search(headerEnd) + end.length;
  return Buffer.concat([Buffer.from(`${kept.join('')}\r\n`), source.subarray(body)]);
}

const headerEnd = /(?:^|\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))/;
