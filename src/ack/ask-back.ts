import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { ComposedMail, SendAnswer } from '../core/mail.js';
import type { Collection, History } from '../core/store.js';
import type { ReplyRecord } from './reply-record.js';

/**
 * Asks a person what a reply meant, and answers its record with the outcome, which `keep` has put on disk by then.
 * Throws when the question does not leave now; after 24 hours of that the outcome is `not-asked`.
 */
export type AskBack = (
  key: string,
  record: ReplyRecord,
  keep: (record: ReplyRecord) => Promise<void>,
  signal: AbortSignal,
) => Promise<ReplyRecord>;

/** What asking back needs. */
export interface AskBackSetup {
  /** The name of the account whose mailbox is read. */
  readonly account: string;
  readonly mails: Pick<Collection<ComposedMail>, 'get'>;
  readonly answer: SendAnswer;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}

const patienceMs = 24 * 3_600_000;

/** Makes the function that asks back. */
export function createAskBack(setup: AskBackSetup): AskBack {
  const { account, mails, answer, history, clock, log } = setup;
  return async (key, record, keep, signal) => {
    const { question, author } = record;
    const mail = await mails.get(record.mailId);
    let outcome: 'asked' | 'not-asked' = 'not-asked';
    if (question && author !== undefined && mail)
      try {
        const { text, inReplyTo } = question;
        await answer({ id: key, to: author, mail, text, ...(inReplyTo ? { inReplyTo } : {}) }, signal);
        outcome = 'asked';
      } catch (thrown) {
        if (clock.now().getTime() - record.readAt.getTime() < patienceMs) throw thrown;
        log.warn({ author, mail: record.mailId }, `A question could not be asked: ${describe(thrown)}`);
      }
    const ended = { ...record, outcome };
    await keep(ended);
    await history.append({
      at: clock.now(),
      kind: outcome,
      account,
      author,
      reason: record.reason,
      mail: record.mailId,
      position: record.place.position,
    });
    log.info({ author, mail: record.mailId }, `A reply was ${outcome} about: ${record.reason}.`);
    return ended;
  };
}
