import type { HeaderFields } from '../header-fields.js';
import { type References, referenceLength } from './reference.js';

/** Where a reference may stand. */
export const referenceCarriers = ['in-reply-to', 'references', 'recipient', 'subject'] as const;

/** Where a reference stood. */
export type ReferenceCarrier = (typeof referenceCarriers)[number];

/** A reference of this installation, found in the header of a mail. */
export interface FoundReference {
  readonly mailId: string;
  readonly carrier: ReferenceCarrier;
}

const recipientFields = [
  'to',
  'cc',
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
] as const;

/** More than any thread has; what stands before them in `References` is not looked at. */
const mostIds = 200;
const mostAddresses = 200;

const messageId = new RegExp(`<([a-z0-9]{${referenceLength}})(?:\\.root)?@[^<>]*>`, 'gi');
const subaddress = new RegExp(`\\+([a-z0-9]{${referenceLength}})@`, 'gi');

/**
 * Looks for a verified reference: in `In-Reply-To`, in `References` from its end, then in the subaddresses of the
 * recipients. The subject is not looked at: its short tag counts only from an authenticated sender.
 */
export function findReference(fields: HeaderFields, references: References): FoundReference | undefined {
  const first = (candidates: readonly string[], carrier: ReferenceCarrier): FoundReference | undefined => {
    for (const candidate of candidates) {
      const mailId = references.read(candidate);
      if (mailId !== undefined) return { mailId, carrier };
    }
    return undefined;
  };
  const recipients = recipientFields.flatMap((name) => fields.values(name));
  return (
    first(idsOf(fields.values('in-reply-to')), 'in-reply-to') ??
    first(idsOf(fields.values('references')), 'references') ??
    first(candidates(recipients, subaddress).slice(0, mostAddresses), 'recipient')
  );
}

/** The newest first: the last id of a thread is the mail that was answered. */
function idsOf(values: readonly string[]): readonly string[] {
  return candidates(values, messageId).slice(-mostIds).reverse();
}

function candidates(values: readonly string[], pattern: RegExp): readonly string[] {
  return values.flatMap((value) =>
    // Folding may have put white space anywhere; neither an id nor an address has any.
    Array.from(value.replace(/\s+/g, '').matchAll(pattern), ([, candidate = '']) => candidate),
  );
}
