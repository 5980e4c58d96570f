import type { Clock } from '../../core/clock.js';
import { describe, Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail, Reply } from '../../core/mail.js';
import type { Collection, History } from '../../core/store.js';
import type { HeaderFields } from '../header-fields.js';
import { longestSource } from '../longest-source.js';
import type { FoundReference } from '../reference/find-reference.js';
import type { ReplyRecord } from '../reply-record.js';
import type { SetAside } from '../set-aside.js';
import type { Judgement } from './judgement.js';
import { readReply } from './read-reply.js';
import type { ReplyRules } from './reply-rules.js';

/**
 * Judges a reply out of the mailbox; undefined when the reader has failed so often that the mail is set aside. Throws
 * when the mailbox cannot hand out its body, which it may do when it is opened again.
 */
export type JudgeReply = (reply: Reply, known: KnownReply) => Promise<Judgement | undefined>;

/** What is known of a reply by its header. */
export interface KnownReply {
  readonly fields: HeaderFields;
  readonly reference: FoundReference;
  /** Its name in the ledger. */
  readonly key: string;
  /** How often the reader failed on it before. */
  readonly failures: number;
}

/** What judging replies needs. */
export interface JudgeReplySetup {
  /** The name of the account. */
  readonly account: string;
  readonly mails: Pick<Collection<ComposedMail>, 'get'>;
  readonly replies: Pick<Collection<ReplyRecord>, 'put'>;
  readonly rules: ReplyRules;
  readonly setAside: SetAside;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often the reader may fail on a mail before it is set aside. */
export const mostFailures = 3;

/** Makes the function that judges replies out of the mailbox. */
export function createJudgeReply(setup: JudgeReplySetup): JudgeReply {
  const { account, mails, replies, rules, setAside, history, clock, log } = setup;

  return async (reply, { fields, reference, key, failures: failedBefore }) => {
    const mail = await mails.get(reference.mailId);
    for (let failures = failedBefore + 1; ; failures += 1) {
      try {
        const source = () => reply.source(longestSource);
        const { receivedAt } = reply;
        const judgement = await readReply(
          { fields, reference, source, mail, receivedAt, now: clock.now() },
          rules,
        );
        await setAside.clear(key, 'ACK_UNREADABLE');
        return judgement;
      } catch (thrown) {
        const { place } = reply;
        const reason = describe(thrown);
        const isLast = failures >= mostFailures;
        if (isLast) {
          // Told first: what is on record as failed three times is not looked at again.
          const fault = new Fault('ACK_UNREADABLE', { position: place.position, account, detail: reason });
          await setAside.raise(key, fault, 'warning');
        }
        const { mailId } = reference;
        await replies.put(key, {
          ...{ place, mailId, readAt: clock.now(), verdict: 'unreadable', reason, failures },
        });
        if (isLast) {
          const { position } = place;
          await history.append({
            ...{
              at: clock.now(),
              kind: 'unreadable',
              account,
              reason,
              mail: mailId,
              position,
              replyKey: key,
            },
          });
          log.info({ mail: mailId, position }, `A reply was unreadable: ${reason}.`);
          return undefined;
        }
        // Only the mailbox throws faults: opened again, it may do better.
        if (thrown instanceof Fault) throw thrown;
      }
    }
  };
}
