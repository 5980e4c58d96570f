import type { Clock } from '../core/clock.js';
import type { History } from '../core/store.js';
import type { ReplyRecord } from './reply-record.js';

/** Puts into the history what became of a reply, which is on record under a key. */
export type NoteReply = (key: string, record: ReplyRecord, kind: string, detail?: string) => Promise<void>;

/** Makes the function that notes replies to the mailbox of an account. */
export function createNoteReply(setup: {
  /** The name of the account. */
  readonly account: string;
  readonly history: History;
  readonly clock: Clock;
}): NoteReply {
  const { account, history, clock } = setup;
  return (key, record, kind, detail) =>
    history.append({
      ...{ at: clock.now(), kind, account, author: record.author },
      alertIds: record.acknowledgement?.alertIds,
      comment: record.acknowledgement?.comment,
      expiresAt: record.acknowledgement?.expiresAt,
      ...{ outcome: record.outcome, reason: record.reason, detail },
      ...{ mail: record.mailId, position: record.place.position, replyKey: key },
    });
}
