import { readHeaderFields } from '../header-fields.js';
import { plainLine } from '../plain-line.js';

/** What a report says of one recipient (RFC 3464 section 2.3). */
export interface RecipientReport {
  /** The address in each form in which it may be on record: as it was given, and as it was known in the end. */
  readonly addresses: readonly string[];
  readonly action: 'failed' | 'delayed' | 'other';
  /** What the server said, on one line; may be empty. */
  readonly reply: string;
}

const mostRecipients = 1_000;
const longestReply = 300;

/** Reads a `message/delivery-status`: what follows its first paragraph, which is about the mail as a whole. */
export function readDeliveryStatus(text: string): readonly RecipientReport[] {
  const paragraphs = text.replace(/\r\n?/g, '\n').split(/\n(?:[ \t]*\n)+/);
  return paragraphs.slice(0, mostRecipients).flatMap((paragraph): RecipientReport[] => {
    const fields = readHeaderFields(Buffer.from(paragraph));
    const first = (name: string) => fields.values(name)[0]?.slice(0, 2_000);
    const addresses = ['original-recipient', 'final-recipient'].flatMap((name) => typedAddress(first(name)));
    if (addresses.length === 0) return [];
    const action = first('action')?.trim().toLowerCase();
    return [
      {
        addresses,
        action: action === 'failed' || action === 'delayed' ? action : 'other',
        reply: replyOf(first('diagnostic-code')) || replyOf(first('status')),
      },
    ];
  });
}

/** What a server said, fit to be shown: one line, without the links that anybody could have put there. */
export function replyOf(diagnostic = ''): string {
  const told = diagnostic.replace(/^\s*[a-z0-9-]{1,20}\s*;\s*/i, '').replace(/\b[a-z]{3,10}:\/\/\S*/gi, '…');
  return plainLine(told, longestReply);
}

/** `rfc822; ops@example.com`, perhaps with its signs written as codes: both ways to read it. */
function typedAddress(value: string | undefined): readonly string[] {
  const [, type = 'rfc822', written = ''] = /^(?:([a-z0-9-]{1,20})\s*;)?\s*(.*)$/is.exec(value ?? '') ?? [];
  if (!['rfc822', 'utf-8'].includes(type.toLowerCase())) return [];
  const address = written.trim().replace(/^<(.*)>$/s, '$1');
  if (!address.includes('@')) return [];
  // RFC 3461 section 4 (xtext), RFC 6533 section 3 (utf-8-addr-xtext).
  const decoded = address
    .replace(/\\x\{([0-9a-f]{2,6})\}/gi, (sign, hex) => character(hex) ?? sign)
    .replace(/\+([0-9A-F]{2})/g, (sign, hex) => character(hex) ?? sign);
  return [...new Set([address, decoded])];
}

function character(hex: string): string | undefined {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
