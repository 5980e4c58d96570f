import type { Clock } from '../core/clock.js';
import type { Log } from '../core/host.js';
import type { ReplyRefusal } from '../core/reply-refusal.js';
import type { Collection, History } from '../core/store.js';
import type { ReplyRecord } from './reply-record.js';

/** Refuses replies, and says how many of which kind it has refused. */
export interface Refuse {
  /** Puts a refusal on record, in the ledger and in the history, and logs it with its reason. */
  refuse(key: string, record: ReplyRecord, kind: ReplyRefusal): Promise<void>;
  /** How many were refused in this run, by their kind. */
  counts(): Readonly<Partial<Record<ReplyRefusal, number>>>;
}

/** Makes what refuses replies. */
export function createRefuse(setup: {
  /** The name of the account. */
  readonly account: string;
  readonly replies: Pick<Collection<ReplyRecord>, 'put'>;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}): Refuse {
  const { account, replies, history, clock, log } = setup;
  const counts = new Map<ReplyRefusal, number>();
  return {
    async refuse(key, record, refusal) {
      const { author, reason, mailId: mail, place, findings } = record;
      const { position } = place;
      await replies.put(key, { ...record, verdict: 'refused' });
      counts.set(refusal, (counts.get(refusal) ?? 0) + 1);
      await history.append({
        ...{
          at: clock.now(),
          kind: 'refused',
          account,
          author,
          refusal,
          reason,
          mail,
          position,
          replyKey: key,
        },
        evidence: findings?.evidence,
      });
      log.info({ author, mail, position, refusal }, `A reply was refused: ${reason}.`);
    },
    counts: () => Object.fromEntries(counts),
  };
}
