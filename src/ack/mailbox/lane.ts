import type { ImapFlow, MailboxObject } from 'imapflow';
import { createMailboxPaths, type MailboxPaths } from './mailbox-paths.js';

/** Runs tasks on a connection one after another, in the order in which they were handed in; one that fails stops no other. */
export interface Lane {
  /** Runs a task, whichever mailbox is open. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Runs a task while a mailbox is open; it is opened first where another one is. */
  in<T>(mailbox: string, task: (open: MailboxObject) => Promise<T>): Promise<T>;
  /** Opens a mailbox anew, by its name: it may be another one than before, or gone. */
  reopen(mailbox: string): Promise<void>;
  /** Whether that mailbox is the one that is open. */
  isOpen(mailbox: string): boolean;
  /** How many tasks were handed in so far. */
  count(): number;
  readonly paths: MailboxPaths;
}

/**
 * Makes the lane of one connection, on which the mailbox `opened` is open.
 *
 * imapflow sends some things, such as a move on a server without MOVE, as several commands, and an IDLE that gets in
 * between them would never be ended. And of several mailboxes only one is open at a time, so each task says which.
 * A task that takes longer than `taskMs` ends the connection: a server may go on talking without ever answering.
 */
export function createLane(client: ImapFlow, opened: string, readOnly: boolean, taskMs: number): Lane {
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  let current: string | undefined = opened;
  const paths = createMailboxPaths(client);

  const run: Lane['run'] = (task) => {
    count += 1;
    const turn = last.then(async () => {
      const late = setTimeout(() => client.close(), taskMs);
      try {
        return await task();
      } finally {
        clearTimeout(late);
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const open = async (mailbox: string): Promise<MailboxObject> => {
    // A mailbox that does not open leaves none open (RFC 9051 section 6.3.2).
    current = undefined;
    const found = await client.mailboxOpen(await paths.of(mailbox), { readOnly });
    current = mailbox;
    return found;
  };

  return {
    run,
    in: (mailbox, task) =>
      run(async () => {
        const isOpen = current === mailbox && client.mailbox;
        return task(isOpen || (await open(mailbox)));
      }),
    reopen: (mailbox) => run(async () => void (await open(mailbox))),
    isOpen: (mailbox) => current === mailbox,
    count: () => count,
    paths,
  };
}
