import { domainToASCII, domainToUnicode } from 'node:url';
import { mailAddress } from '../../core/mail-address.js';

/** An address as it stands in the envelope (RFC 5321 section 4.1.2). */
export interface EnvelopeAddress {
  readonly address: string;
  /** It has letters beyond ASCII before the at sign, and so needs SMTPUTF8 (RFC 6531). */
  readonly isInternational: boolean;
}

/**
 * An address for the envelope: an international domain in its ASCII form (RFC 5890), but for SMTPUTF8, where all of it
 * stays as it is written. Undefined for what mail cannot be sent to.
 */
export function envelopeAddress(written: string): EnvelopeAddress | undefined {
  if (!mailAddress.test(written)) return undefined;
  const at = written.lastIndexOf('@');
  const local = written.slice(0, at);
  const domain = written.slice(at + 1);
  const ascii = domain.startsWith('[') ? domain : domainToASCII(domain);
  if (ascii === '') return undefined;
  const isInternational = /[^\x20-\x7e]/.test(local);
  return { address: `${local}@${(isInternational && domainToUnicode(ascii)) || ascii}`, isInternational };
}
