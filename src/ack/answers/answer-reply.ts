import type { Alert } from '../../core/alert.js';
import type { AlertThread, ComposedMail } from '../../core/mail.js';
import type { AcknowledgementSettings } from '../../core/settings.js';
import type { Collection } from '../../core/store.js';
import type { ReplyRecord } from '../reply-record.js';
import { mailboxOf } from '../trust/mailbox-of.js';
import type { Answers } from './answers.js';
import { confirmation } from './confirmation.js';
import { createTellOthers } from './tell-others.js';

/** Puts the answers to a reply whose outcome is on record; once again does no harm. */
export type AnswerReply = (key: string, record: ReplyRecord) => Promise<void>;

/** What answering replies needs. */
export interface AnswerReplySetup {
  readonly answers: Pick<Answers, 'put'>;
  readonly mails: Pick<Collection<ComposedMail>, 'get'>;
  readonly alert: (id: string) => Alert | undefined;
  /** The firing of the same condition that is not over. */
  readonly firing: (fingerprint: string) => Alert | undefined;
  /** Of each action that mailed of any of the alerts the first mail about the first of them. */
  readonly threads: (alertIds: readonly string[]) => Promise<readonly AlertThread[]>;
  /** What people call an alert, such as `DiskFull on db1`. */
  readonly nameOf: (alert: Alert) => string;
  readonly settings: Pick<AcknowledgementSettings, 'answers'>;
  readonly timeZone: string;
  /** The addresses that we send from, and read. */
  readonly trust: { readonly ownAddresses: readonly string[] };
}

/**
 * Makes the function that answers replies: its author is asked back or told what the reply came to, and everybody else
 * who was mailed of the alerts is told what it did, but for those who have the reply itself.
 */
export function createAnswerReply(setup: AnswerReplySetup): AnswerReply {
  const { answers, mails, alert, settings, timeZone } = setup;
  const tellOthers = createTellOthers(setup);

  /** The mail about the newer firing of an alert that is over, best one that its reader got. */
  async function newerMail(ids: readonly string[], reader: string): Promise<ComposedMail | undefined> {
    for (const id of ids) {
      const known = alert(id);
      const newer = known?.status === 'resolved' ? setup.firing(known.fingerprint) : undefined;
      const threads = newer && newer.id !== id ? await setup.threads([newer.id]) : [];
      const found = threads.map((thread) => thread.mail);
      if (found.length > 0) return found.find((mail) => isFor(mail, reader)) ?? found[0];
    }
    return undefined;
  }

  return async (key, record) => {
    const { acknowledgement, question, author, messageId: inReplyTo, outcome } = record;
    const mail = await mails.get(record.mailId);
    if (!mail || author === undefined) return;
    if (question) {
      const { text } = question;
      return answers.put(key, { kind: 'question', mail, to: [author], inReplyTo, text });
    }
    if (!acknowledgement || outcome === undefined) return;
    // A program that answers every mail would get one for each of its own.
    const isEcho = record.answersConfirmation && acknowledgement.kind === 'comment';
    if (settings.answers.confirm && !isEcho) {
      const { alertIds } = acknowledgement;
      const newer = await newerMail(alertIds, author);
      const text = confirmation(record, { mail, alert, newer, timeZone });
      if (text !== undefined)
        await answers.put(`c${key}`, { kind: 'confirmation', mail, to: [author], inReplyTo, alertIds, text });
    }
    if (settings.answers.tellOthers && (outcome === 'acknowledged' || outcome === 'duplicate'))
      await tellOthers(key, acknowledgement, { mail, ...(record.alsoTo ? { alsoTo: record.alsoTo } : {}) });
  };
}

function isFor(mail: ComposedMail, reader: string): boolean {
  return Object.keys(mail.recipients).some((name) => mailboxOf(name) === mailboxOf(reader));
}
