import type { ImapFlow } from 'imapflow';
import type { Lane } from './lane.js';
import type { MarkDone } from './mark-done.js';

/** Marks the mails of one connection done. */
export type Marks = (mailbox: string, uidValidity: string, uid: number) => Promise<void>;

/** Servers limit the length of a command, and a task of ours may not take for ever. */
const mostAtOnce = 100;

/**
 * Makes the marks: what comes while the connection is busy is marked in one go, and costs the way there and back once.
 *
 * Where the mailbox was numbered anew since, nothing is marked: which mail it was can no longer be told.
 */
export function createMarks(client: ImapFlow, lane: Lane, markDone: MarkDone): Marks {
  const groups = new Map<string, { readonly uids: number[]; readonly marked: Promise<void> }>();
  return (mailbox, uidValidity, uid) => {
    const key = `${mailbox}:${uidValidity}`;
    const group = groups.get(key);
    if (group && group.uids.length < mostAtOnce) {
      group.uids.push(uid);
      return group.marked;
    }
    const uids = [uid];
    /** What comes from now on is for the next one. */
    const close = () => {
      if (groups.get(key)?.uids === uids) groups.delete(key);
    };
    const marked = lane
      .in(mailbox, async (open) => {
        close();
        if (String(open.uidValidity) === uidValidity) await markDone(client, uids);
      })
      .finally(close);
    groups.set(key, { uids, marked });
    return marked;
  };
}
