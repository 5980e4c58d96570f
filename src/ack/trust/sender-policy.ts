import type { ComposedMail } from '../../core/mail.js';
import type { HeaderFields } from '../header-fields.js';
import { domainOf } from './domain-of.js';
import { mailboxOf } from './mailbox-of.js';
import { plainAddress } from './plain-address.js';

/**
 * The address of the one sender, in lower case; undefined unless there is exactly one `From` field with exactly
 * one address.
 *
 * Two senders are two answers to the question who wrote it: different readers would believe different ones.
 */
export function oneSender(fields: HeaderFields): string | undefined {
  const [value, ...more] = fields.values('from');
  if (value === undefined || more.length > 0 || value.length > 2_000) return undefined;
  const bare = withoutWords(value)?.trim();
  if (bare === undefined) return undefined;
  const [, inside, after] = /^[^<>]*<([^<>]*)>(.*)$/s.exec(bare) ?? [];
  const outside = inside === undefined ? '' : bare.slice(0, bare.indexOf('<')) + after;
  // A comma, colon or semicolon outside the angle brackets is a list or a group.
  if (/[,;:<>]/.test(outside)) return undefined;
  const address = (inside ?? bare).trim();
  // The Kelvin sign has an ordinary k as its lower case.
  const isOne = /^[^\s@<>,;:"()[\]\\\p{C}\u212a]{1,64}@[^\s@<>,;:"()[\]\\\p{C}\u212a]{1,253}$/u.test(address);
  return isOne ? address.toLowerCase() : undefined;
}

/** Whose replies count beside those of the recipients of a mail: addresses, or `*@domain`. */
export interface SenderRules {
  readonly allow: readonly string[];
  /** Whose do not in any case: it goes before `allow` and before who got the mail. */
  readonly deny: readonly string[];
}

/**
 * Why a sender may not acknowledge what a mail told of, in plain words; undefined where they may: a recipient of that
 * mail, or one whom one of the rules allows and none denies. Upper and lower case are the same.
 *
 * Who got the mail by a subaddress (RFC 5233) answers from the mailbox: `ops+alerts@` as `ops@`. The other way round a
 * subaddress may be somebody else's, but whoever is denied is denied with all of theirs.
 *
 * A list is a recipient whose members answer from their own addresses, so they have to be allowed, as by their domain.
 */
export function senderRefusal(
  sender: string,
  mail: ComposedMail,
  rules: readonly SenderRules[],
): string | undefined {
  const denied = rules
    .flatMap(({ deny }) => deny)
    .find((rule) => fits(sender, rule) || fits(mailboxOf(sender), rule));
  if (denied !== undefined) return `the settings deny the sender (deny: ${denied})`;
  const address = plainAddress(sender);
  const isRecipient = Object.keys(mail.recipients).some(
    (each) => plainAddress(each) === address || mailboxOf(each) === address,
  );
  return isRecipient || rules.flatMap(({ allow }) => allow).some((rule) => fits(sender, rule))
    ? undefined
    : 'the sender is neither a recipient of the mail nor allowed by the settings';
}

function fits(sender: string, rule: string): boolean {
  const address = plainAddress(sender);
  return rule.startsWith('*@')
    ? domainOf(address) === domainOf(plainAddress(rule))
    : address === plainAddress(rule);
}

/**
 * Takes quoted strings and comments away, which may stand in one another (RFC 5322 sections 3.2.2 and 3.2.4); undefined
 * where one has no end, or a comment no beginning.
 */
function withoutWords(text: string): string | undefined {
  let kept = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && (quoted || depth > 0)) at += 1;
    else if (quoted) quoted = character !== '"';
    else if (character === '(') {
      depth += 1;
      // In the middle of an address it parts it.
      kept += ' ';
    } else if (character === ')') depth -= 1;
    else if (depth === 0 && character === '"') {
      quoted = true;
      kept += ' ';
    } else if (depth === 0) kept += character;
    if (depth < 0) return undefined;
  }
  return quoted || depth > 0 ? undefined : kept;
}
