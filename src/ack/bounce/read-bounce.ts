import { type HeaderFields, readHeaderFields } from '../header-fields.js';
import type { References } from '../reference/reference.js';
import { type MailPart, readMailParts } from '../reply-text/mail-parts.js';
import { partText } from '../reply-text/part-text.js';
import { type RecipientReport, readDeliveryStatus, replyOf } from './delivery-status.js';
import { type ReturnedMail, reportedMail, returnedMail } from './returned-mail.js';

/** What a mail server says of a mail of ours. */
export interface Bounce extends ReturnedMail {
  readonly recipients: readonly RecipientReport[];
}

const statusTypes = ['message/delivery-status', 'message/global-delivery-status'];
const returnedTypes = [
  ...['message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers'],
];
/** No header is longer, and what comes back may be a whole mail. */
const longestHeader = 65_536;

/**
 * Reads what `isBounce` found, which may have been cut: which mail it is about, and what became of it. Undefined where
 * nothing in it is a verified reference of this installation, so that it is a mail of others. Throws when the message
 * cannot be taken apart.
 */
export async function readBounce(
  source: Buffer,
  fields: HeaderFields,
  references: References,
): Promise<Bounce | undefined> {
  const parts = await readMailParts(source);
  const failed = fields.values('x-failed-recipients').flatMap((value) => value.slice(0, 10_000).split(','));
  const status = parts.find(({ type }) => statusTypes.includes(type));
  const mail = firstReturned(parts, references) ?? reportedMail(fields, references);
  if (!mail) return undefined;
  const recipients = status
    ? readDeliveryStatus(status.bytes.toString('utf8'))
    : failed.map((address) => saidInWords(address.trim(), textOf(parts)));
  return { ...mail, recipients };
}

function firstReturned(parts: readonly MailPart[], references: References): ReturnedMail | undefined {
  const headers = parts
    .filter(({ type }) => returnedTypes.includes(type))
    .map(({ bytes }) => bytes.subarray(0, longestHeader));
  // Exim writes the mail that comes back below its own words.
  const paragraphs = textOf(parts)
    .split(/\n(?:[ \t]*\n)+/)
    .filter((each) => /^message-id:/im.test(each))
    .map((each) => Buffer.from(each));
  for (const header of [...headers, ...paragraphs]) {
    const found = returnedMail(readHeaderFields(header), references);
    if (found) return found;
  }
  return undefined;
}

function textOf(parts: readonly MailPart[]): string {
  const text = parts.find(({ type }) => type === 'text/plain');
  return text ? partText(text).slice(0, longestHeader) : '';
}

/** What is said of a recipient in free text: the lines below the one that names it. */
function saidInWords(address: string, text: string): RecipientReport {
  const lines = text.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => line.toLowerCase() === address.toLowerCase());
  const rest = at === -1 ? [] : lines.slice(at + 1);
  const end = rest.indexOf('');
  return {
    ...{ addresses: [address], action: 'failed' },
    reply: replyOf((end === -1 ? rest.slice(0, 5) : rest.slice(0, end)).join(' ')),
  };
}
