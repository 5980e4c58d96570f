import type { Alert } from '../core/alert.js';
import type { ComposedMail } from '../core/mail.js';
import { answersAnotherReply } from './answers-another-reply.js';
import { automaticSign } from './automatic-mail.js';
import { type Command, readCommand } from './command/read-command.js';
import { readReaction } from './command/read-reaction.js';
import { replyZone } from './command/reply-zone.js';
import type { HeaderFields } from './header-fields.js';
import { readHeaderFields } from './header-fields.js';
import { plainLine } from './plain-line.js';
import { questionOf } from './question-of.js';
import type { References } from './reference.js';
import { type ReplyText, readReplyText } from './reply-text/read-reply-text.js';
import { repeatsMail } from './reply-text/repeats-mail.js';
import { mayAcknowledge, oneSender } from './sender-policy.js';

/** What a reply means for the alerts that its mail told of. */
export type Verdict =
  | {
      readonly verdict: 'acknowledge' | 'unacknowledge' | 'comment';
      /** Why it means that, in plain words. */
      readonly reason: string;
      readonly author: string;
      /** One line of at most 1,000 characters; may be empty. */
      readonly comment: string;
      readonly alertIds: readonly string[];
      /** When the acknowledgement runs out; only for `acknowledge`. */
      readonly expiresAt?: Date;
    }
  | {
      /** It is not plain which alerts are meant. */
      readonly verdict: 'question';
      readonly reason: string;
      readonly author: string;
      /** What the person is asked, in a whole sentence or two. */
      readonly question: string;
    }
  | { readonly verdict: 'refused'; readonly reason: string; readonly author?: string };

/** What the reader must know to judge replies. */
export interface ReplyRules {
  /** How long a bare reply holds at most, in milliseconds. */
  readonly expiresMs: number;
  /** In which a reply that names no zone of its own is read, such as Europe/Berlin. */
  readonly timeZone: string;
  /** Who may acknowledge besides the recipients of a mail. */
  readonly allow: readonly string[];
  /** The addresses that we send from. */
  readonly ownAddresses: readonly string[];
  readonly references: References;
  readonly alert: (id: string) => Alert | undefined;
}

/** A reply whose header carries a verified reference. */
export interface ReplyToRead {
  readonly fields: HeaderFields;
  /** The message, perhaps cut; called only when the header allows the reply. */
  readonly source: () => Promise<Buffer>;
  /** The mail that the reference names; absent when its record is gone, so that the reference has expired. */
  readonly mail: ComposedMail | undefined;
  /** When the mail server received it. */
  readonly receivedAt: Date;
  readonly now: Date;
}

const longestComment = 1_000;

/**
 * Reads a reply: may it act, and what does it say?
 *
 * The header decides first, and again in the message itself, where it is whole. Throws when the message cannot be
 * fetched or taken apart; a refusal is a verdict.
 */
export async function readReply(reply: ReplyToRead, rules: ReplyRules): Promise<Verdict> {
  const { mail } = reply;
  if (!mail)
    return { verdict: 'refused', reason: 'the reference has expired: its mail is no longer on record' };
  const early = refusalOf(reply.fields, mail, rules);
  if (early) return early;

  const source = await reply.source();
  const fields = readHeaderFields(source);
  if (!fields.complete) return { verdict: 'refused', reason: 'the header has no end' };
  const refusal = refusalOf(fields, mail, rules);
  if (refusal) return refusal;
  const author = oneSender(fields) ?? '';

  const read = await readReplyText(source);
  const text = (await repeatsMail(read.ownWords, mail.raw)) ? { ...read, ownWords: '' } : read;
  const command = commandOf(text, fields, reply, mail, rules);
  const question = questionOf(command, {
    alertCount: mail.alertIds.length,
    answersAnother: answersAnotherReply(fields, mail, rules.references),
    isOver: mail.alertIds.every((id) => (rules.alert(id)?.status ?? 'resolved') === 'resolved'),
  });
  if (question) return { verdict: 'question', author, ...question };
  return {
    author,
    comment: plainLine(command.comment, longestComment),
    ...meaning(command, fields, reply, mail, rules),
  };
}

/** What the reply says: a reaction in place of words, or the words themselves. */
function commandOf(
  { ownWords, reaction, sealed }: ReplyText,
  fields: HeaderFields,
  reply: ReplyToRead,
  mail: ComposedMail,
  rules: ReplyRules,
): Command {
  if (reaction !== undefined) return readReaction(reaction);
  if (sealed && ownWords === '')
    return { kind: 'unclear', doubt: 'Your reply is encrypted, or not plain text.', comment: '' };
  return readCommand(ownWords, {
    alertCount: mail.alertIds.length,
    at: countedFrom(reply),
    zone: replyZone(fields, rules.timeZone),
  });
}

/** A server whose clock is ahead must not lengthen anything. */
function countedFrom({ receivedAt, now }: ReplyToRead): Date {
  return new Date(Math.min(receivedAt.getTime(), now.getTime()));
}

function refusalOf(fields: HeaderFields, mail: ComposedMail, rules: ReplyRules): Verdict | undefined {
  const author = oneSender(fields);
  const refused = (reason: string): Verdict => ({
    verdict: 'refused',
    reason,
    ...(author === undefined ? {} : { author }),
  });
  if (fields.values('x-ackmail-mail').length > 0) return refused('it is our own mail');
  const sign = automaticSign(fields);
  if (sign !== undefined) return refused(`it is automatic mail: ${sign}`);
  if (author === undefined) return refused('it does not have exactly one sender');
  if (rules.ownAddresses.some((own) => own.toLowerCase() === author))
    return refused('it was sent from our own address');
  if (!mayAcknowledge(author, mail, rules.allow))
    return refused('the sender is neither a recipient of the mail nor allowed by the settings');
  return undefined;
}

type Meaning = Pick<
  Exclude<Verdict, { verdict: 'refused' | 'question' }>,
  'verdict' | 'reason' | 'alertIds' | 'expiresAt'
>;

function meaning(
  command: Command,
  fields: HeaderFields,
  reply: ReplyToRead,
  mail: ComposedMail,
  rules: ReplyRules,
): Meaning {
  const { numbers } = command;
  const every =
    typeof numbers === 'object'
      ? numbers.flatMap((number) => mail.alertIds[number - 1] ?? [])
      : mail.alertIds;
  const comment = (reason: string): Meaning => ({ verdict: 'comment', reason, alertIds: every });
  const expiresAt =
    command.until ?? new Date(countedFrom(reply).getTime() + (command.durationMs ?? rules.expiresMs));
  const acknowledge = (reason: string, alertIds: readonly string[]): Meaning =>
    expiresAt > reply.now
      ? { verdict: 'acknowledge', reason, alertIds, expiresAt }
      : comment('the acknowledgement had run out before the reply was read');

  switch (command.kind) {
    case 'unack':
      return { verdict: 'unacknowledge', reason: 'it begins with unack', alertIds: every };
    case 'comment':
      return comment('it is a comment or a question');
    case 'help':
    case 'unclear':
      return comment('it answers another reply');
    case 'ack':
      return acknowledge('it begins with ack', every);
    case 'bare': {
      if (answersAnotherReply(fields, mail, rules.references)) return comment('it answers another reply');
      const alerts = every.flatMap((id) => rules.alert(id) ?? []);
      const firing = alerts.filter((alert) => alert.status === 'firing').map((alert) => alert.id);
      if (firing.length > 0) return acknowledge('it is a reply to the alert', firing);
      if (alerts.some((alert) => alert.status === 'acknowledged'))
        return comment('somebody has the alert already');
      return acknowledge('it is a reply to the alert', every);
    }
  }
}
