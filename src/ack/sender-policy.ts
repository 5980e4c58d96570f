import type { ComposedMail } from '../core/mail.js';
import type { HeaderFields } from './header-fields.js';

/**
 * The address of the one sender, in lower case; undefined unless there is exactly one `From` field with exactly
 * one address.
 *
 * Two senders are two answers to the question who wrote it: different readers would believe different ones.
 */
export function oneSender(fields: HeaderFields): string | undefined {
  const [value, ...more] = fields.values('from');
  if (value === undefined || more.length > 0 || value.length > 2_000) return undefined;
  const bare = withoutComments(value.replace(/"(?:[^"\\]|\\.)*"/g, ' ')).trim();
  const [, inside, after] = /^[^<>]*<([^<>]*)>(.*)$/s.exec(bare) ?? [];
  const outside = inside === undefined ? '' : bare.slice(0, bare.indexOf('<')) + after;
  // A comma, colon or semicolon outside the angle brackets is a list or a group.
  if (/[,;:<>]/.test(outside)) return undefined;
  const address = (inside ?? bare).trim();
  const isOne = /^[^\s@<>,;:"()[\]\\\p{C}]{1,64}@[^\s@<>,;:"()[\]\\\p{C}]{1,253}$/u.test(address);
  return isOne ? address.toLowerCase() : undefined;
}

/**
 * Whether a sender may acknowledge what a mail told of: a recipient of that mail, or one whom the settings allow
 * (an address, or `*@domain`). Upper and lower case are the same.
 */
export function mayAcknowledge(sender: string, mail: ComposedMail, allow: readonly string[]): boolean {
  const address = sender.toLowerCase();
  if (Object.keys(mail.recipients).some((recipient) => recipient.toLowerCase() === address)) return true;
  return allow.some((entry) => {
    const rule = entry.toLowerCase();
    return rule.startsWith('*@')
      ? address.slice(address.indexOf('@') + 1) === rule.slice(2)
      : address === rule;
  });
}

/** Takes comments away (RFC 5322 section 3.2.2), which may stand in one another; an open one ends the text. */
function withoutComments(text: string): string {
  let kept = '';
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (depth === 0) kept += character;
  }
  return kept;
}
