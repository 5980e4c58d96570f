import type { Clock } from '../../core/clock.js';
import type { ComposedMail } from '../../core/mail.js';
import type { Collection } from '../../core/store.js';
import type { HeaderFields } from '../header-fields.js';
import { automaticSign } from '../trust/automatic-mail.js';
import { headerEvidence } from '../trust/header-evidence.js';
import { oneSender } from '../trust/sender-policy.js';
import type { TrustRules } from '../trust/trust-of.js';
import type { FoundReference } from './find-reference.js';
import { type References, subjectTag } from './reference.js';
import { subjectTags } from './subject-tags.js';

/**
 * Finds the mail that the tag in the subject of another mail names, which has no other reference. Undefined where it is
 * none, where the sender had no such mail, or nothing may show who the sender is: such a mail is left alone.
 */
export type FindTagged = (fields: HeaderFields) => Promise<FoundReference | undefined>;

/** What finding tags needs. */
export interface FindTaggedSetup {
  readonly mails: Pick<Collection<ComposedMail>, 'get' | 'names'>;
  readonly references: Pick<References, 'isTagOf'>;
  readonly trust: TrustRules;
  readonly clock: Pick<Clock, 'now'>;
}

const hourMs = 3_600_000;
/** How many wrong tags of a sender are looked at in an hour, and of all together. */
const mostGuesses = 10;
const mostOfAll = 100;

/**
 * Makes the function that finds mails by their subject tags. A tag is short, and everybody has it who ever saw the
 * subject, so only a recipient of the mail may use it, and may not guess.
 */
export function createFindTagged({ mails, references, trust, clock }: FindTaggedSetup): FindTagged {
  /** When somebody was wrong lately. */
  let wrong: { readonly sender: string; readonly atMs: number }[] = [];

  return async (fields) => {
    const [tag, ...more] = new Set(subjectTags(fields));
    const sender = oneSender(fields);
    if (tag === undefined || more.length > 0 || sender === undefined) return undefined;
    if (trust.authentication.kind === 'none' || automaticSign(fields) !== undefined) return undefined;
    const evidence = headerEvidence(fields, sender, trust.authentication);
    if (evidence?.verdict === 'fail') return undefined;

    // Whose mail is only signed may be anybody as yet, and must not use up the guesses of somebody else.
    const guesser = evidence ? sender : '';
    const nowMs = clock.now().getTime();
    wrong = wrong.filter(({ atMs }) => Math.abs(nowMs - atMs) < hourMs);
    if (wrong.length >= mostOfAll || wrong.filter((each) => each.sender === guesser).length >= mostGuesses)
      return undefined;

    const start = tag.slice(0, subjectTag.idLength);
    const mailId = (await mails.names()).find((id) => id.startsWith(start) && references.isTagOf(tag, id));
    const mail = mailId === undefined ? undefined : await mails.get(mailId);
    const had = Object.keys(mail?.recipients ?? {}).map((each) => each.toLowerCase());
    if (mail && had.includes(sender)) return { mailId: mail.id, carrier: 'subject' };
    wrong.push({ sender: guesser, atMs: nowMs });
    return undefined;
  };
}
