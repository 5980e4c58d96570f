import EmailReplyParser from 'email-reply-parser';
import { simpleParser } from 'mailparser';
import { readHeaderFields } from './header-fields.js';

/** The library's patterns need time that grows steeply with these; a person's own words stand at the top. */
const mostCharacters = 16_000;
const mostLines = 200;
const longestLine = 600;
const longestHtml = 200_000;
const longestHead = 65_536;
const longestField = 4_000;
/** The fields that say how a body is to be read (RFC 2045 section 3, RFC 2183). */
const bodyFields = [
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
] as const;

/** What a person wrote in a mail. */
export interface ReplyText {
  /** The sender's own words, without quotes and signature, lines ending in LF; may be empty. */
  readonly ownWords: string;
}

/**
 * Reads the sender's own words out of a message, which may have been cut.
 *
 * Plain text is taken where there is some, else the text of the HTML. Attachments and embedded messages are not
 * read. Throws when the message cannot be taken apart.
 */
export async function readReplyText(source: Buffer): Promise<ReplyText> {
  const { text = '' } = await simpleParser(withBodyFields(source), {
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    keepCidLinks: true,
    ignoreEmbedded: true,
    keepDeliveryStatus: true,
    checksumAlgo: false,
    maxHtmlLengthToParse: longestHtml,
    // Of a part; of the message itself hardly anything is left.
    maxHeadSize: longestHead,
    maxChildNodes: 500,
  });
  return { ownWords: new EmailReplyParser().read(bounded(text)).getVisibleText().trim() };
}

/** The message without the fields that the parser would take apart for nobody, addresses at great expense. */
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

/** The text with lines and length that the patterns can take, whatever was sent. */
function bounded(text: string): string {
  return text
    .slice(0, mostCharacters)
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .flatMap((line) => {
      const short = line.replace(/[^\S\n]+/gu, ' ').trimEnd();
      return short.length > longestLine ? (short.match(pieces) ?? []) : [short];
    })
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .split('\n')
    .slice(0, mostLines)
    .join('\n');
}

const pieces = new RegExp(`.{1,${longestLine}}`, 'gsu');
