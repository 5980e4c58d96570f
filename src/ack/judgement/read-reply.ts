import type { ComposedMail } from '../../core/mail.js';
import type { ReplyRefusal } from '../../core/reply-refusal.js';
import type { HeaderFields } from '../header-fields.js';
import { readHeaderFields } from '../header-fields.js';
import { type FoundReference, findReference } from '../reference/find-reference.js';
import { subjectTags } from '../reference/subject-tags.js';
import { trustOf } from '../trust/trust-of.js';
import { answersAnotherReply } from './answers-another-reply.js';
import type { Findings, Judgement } from './judgement.js';
import { meaningOf } from './meaning-of.js';
import { readWords } from './read-words.js';
import type { ReplyRules } from './reply-rules.js';

/** A reply whose header carries a verified reference. */
export interface ReplyToRead {
  readonly fields: HeaderFields;
  readonly reference: FoundReference;
  /** The message, perhaps cut; called only when the header allows the reply. */
  readonly source: () => Promise<Buffer>;
  /** The mail that the reference names; absent when its record is gone, so that the reference has expired. */
  readonly mail: ComposedMail | undefined;
  /** When the mail server received it. */
  readonly receivedAt: Date;
  readonly now: Date;
}

/**
 * Judges a reply: may it act, and what does it say?
 *
 * The header decides first, and again in the message itself, where it is whole. Throws when the message cannot be
 * fetched or taken apart; a refusal is a verdict.
 */
export async function readReply(reply: ReplyToRead, rules: ReplyRules): Promise<Judgement> {
  const { mail, reference, receivedAt } = reply;
  const refused = (found: Findings, kind: ReplyRefusal, reason: string): Judgement => ({
    ...{ reference, ...found },
    ...{ verdict: 'refused', kind, reason },
  });
  const trusted = (fields: HeaderFields, source?: Buffer) =>
    trustOf(
      { fields, mail, answers: answersMail(reference, rules), receivedAt, ...(source ? { source } : {}) },
      rules.trust,
    );
  const early = await trusted(reply.fields);
  if (!mail) return refused(early.found, 'old', 'the reference has expired: its mail is no longer on record');
  if (early.refusal !== undefined) return refused(early.found, early.kind, early.refusal);

  const source = await reply.source();
  const fields = readHeaderFields(source);
  if (!fields.complete) return refused(early.found, 'malformed', 'the header has no end');
  if (!fields.plain)
    return refused(early.found, 'malformed', 'the header has lines that other readers end elsewhere');
  const trust = await trusted(fields, source);
  if (trust.refusal !== undefined) return refused(trust.found, trust.kind, trust.refusal);
  if (trust.later !== undefined)
    return { reference, ...trust.found, sender: trust.sender, verdict: 'put-off', reason: trust.later };

  // A server whose clock is ahead must not lengthen anything.
  const countedFrom = new Date(Math.min(reply.receivedAt.getTime(), reply.now.getTime()));
  const { command, findings } = await readWords(source, {
    ...{ fields, alertCount: mail.alertIds.length, mailRaw: mail.raw },
    ...{ at: countedFrom, timeZone: rules.timeZone },
  });
  const answersAnother = answersAnotherReply(fields, mail, rules.references);
  return {
    ...{ reference, ...trust.found, ...findings },
    ...meaningOf(command, {
      ...{ sender: trust.sender, mail, answersAnother, countedFrom, now: reply.now },
      ...{ expiresMs: rules.expiresMs, alert: rules.alert },
    }),
  };
}

/** Whether fields name the same mail of ours. */
function answersMail(
  { mailId }: FoundReference,
  { references }: ReplyRules,
): (fields: HeaderFields) => boolean {
  return (fields) =>
    findReference(fields, references)?.mailId === mailId ||
    subjectTags(fields).some((tag) => references.isTagOf(tag, mailId));
}
