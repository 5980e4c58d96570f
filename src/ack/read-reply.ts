import type { Alert } from '../core/alert.js';
import type { ComposedMail } from '../core/mail.js';
import { mostBareAlerts } from '../core/most-bare-alerts.js';
import { automaticSign } from './automatic-mail.js';
import { type Command, readCommand } from './command.js';
import type { HeaderFields } from './header-fields.js';
import { readHeaderFields } from './header-fields.js';
import { plainLine } from './plain-line.js';
import type { References } from './reference.js';
import { readReplyText } from './reply-text/read-reply-text.js';
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

  const command = readCommand((await readReplyText(source)).ownWords, mail.alertIds.length);
  const question = questionOf(command, fields, mail, rules);
  if (question) return { verdict: 'question', author, ...question };
  return {
    author,
    comment: plainLine(command.comment, longestComment),
    ...meaning(command, fields, reply, mail, rules),
  };
}

/** What has to be asked back: a mail about many alerts is not acknowledged by a word that may mean one of them. */
function questionOf(
  { kind, numbers }: Command,
  fields: HeaderFields,
  mail: ComposedMail,
  rules: ReplyRules,
): { readonly reason: string; readonly question: string } | undefined {
  const { length } = mail.alertIds;
  const how = 'Reply "ack all" for all of them, or with numbers: "ack 2,5".';
  if (typeof numbers === 'object') {
    const missing = numbers.filter((number) => number < 1 || number > length);
    if (missing.length === 0) return undefined;
    return {
      reason: 'it names a number that the mail has not',
      question: `Your reply names ${missing.slice(0, 5).join(', ')}, but that mail has the numbers 1 to ${length}. Nothing was done. ${how}`,
    };
  }
  if (kind === 'comment' || numbers === 'all' || length <= mostBareAlerts) return undefined;
  if (kind === 'bare' && answersAnotherReply(fields, mail, rules.references)) return undefined;
  if (mail.alertIds.every((id) => (rules.alert(id)?.status ?? 'resolved') === 'resolved')) return undefined;
  return {
    reason: 'it does not say which of many alerts it means',
    question: `That mail tells of ${length} alerts, and your reply does not say which of them you mean. Nothing was done. ${how}`,
  };
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
  // A server whose clock is ahead must not lengthen anything.
  const countedFromMs = Math.min(reply.receivedAt.getTime(), reply.now.getTime());
  const expiresAt = new Date(countedFromMs + (command.durationMs ?? rules.expiresMs));
  const acknowledge = (reason: string, alertIds: readonly string[]): Meaning =>
    expiresAt > reply.now
      ? { verdict: 'acknowledge', reason, alertIds, expiresAt }
      : comment('the acknowledgement had run out before the reply was read');

  switch (command.kind) {
    case 'unack':
      return { verdict: 'unacknowledge', reason: 'it begins with unack', alertIds: every };
    case 'comment':
      return comment('it is a comment or a question');
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

/** Whether `In-Reply-To` names a mail that is neither ours nor the one that the server made of ours. */
function answersAnotherReply(fields: HeaderFields, mail: ComposedMail, references: References): boolean {
  const ids = fields
    .values('in-reply-to')
    .flatMap((value) => Array.from(value.replace(/\s+/g, '').matchAll(/<([^<>]+)>/g), ([, id = '']) => id));
  const server = bareId(mail.serverMessageId ?? '');
  return (
    ids.length > 0 &&
    !ids.some(
      (id) =>
        references.read(id.split('@')[0]?.replace(/\.root$/i, '') ?? '') !== undefined ||
        id === bareId(mail.messageId) ||
        // Some servers tell the id without its domain.
        (server !== '' && (id === server || id.startsWith(`${server}@`))),
    )
  );
}

function bareId(messageId: string): string {
  return messageId.replace(/[<>\s]/g, '');
}
