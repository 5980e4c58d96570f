import type { ImapFlow } from 'imapflow';
import type { Lane } from './lane.js';

/** A mailbox as it was numbered when it was looked at: while that holds, its UIDs name the same mails. */
export interface NumberedMailbox {
  readonly client: ImapFlow;
  readonly name: string;
  readonly uidValidity: string;
  /** Runs a task while it is open; throws where it has been numbered anew (RFC 9051 section 2.3.1.1). */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** The next UID as the server tells it, 0 where it does not, and how many mails there are. */
  readonly uidNext: number;
  readonly count: number;
}

/** Opens a mailbox, where it is not open. */
export async function numberedMailbox(client: ImapFlow, lane: Lane, name: string): Promise<NumberedMailbox> {
  return lane.in(name, async (open) => {
    const uidValidity = String(open.uidValidity);
    return {
      ...{ client, name, uidValidity, uidNext: open.uidNext ?? 0, count: open.exists ?? 0 },
      run: (task) =>
        lane.in(name, (found) => {
          if (String(found.uidValidity) !== uidValidity)
            throw new Error(`the mailbox ${name} was numbered anew`);
          return task();
        }),
    };
  });
}
