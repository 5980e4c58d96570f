import { createHash } from 'node:crypto';
import type { Collection } from '../../core/store.js';
import type { MailboxPosition } from './mailbox-position.js';

/** Where reading goes on in each mailbox of an account. */
export interface Positions {
  of(mailbox: string): MailboxPosition;
  /** Puts one on disk. */
  put(position: MailboxPosition): Promise<void>;
}

/**
 * Reads the positions of the mailboxes of an account, the first one first. One that is not known begins with what
 * comes from now on, also before we can log in.
 */
export async function openPositions(
  documents: Collection<MailboxPosition>,
  account: string,
  mailboxes: readonly string[],
  now: Date,
): Promise<Positions> {
  const [first] = mailboxes;
  const nameOf = (mailbox: string) => (mailbox === first ? account : documentOf(account, mailbox));
  const positions = new Map<string, MailboxPosition>();
  const firstOnDisk = await documents.get(account);
  // All are read before one is written: the order in the settings may have changed.
  for (const mailbox of mailboxes) {
    const isFirst = firstOnDisk?.mailbox === mailbox;
    const stored = isFirst ? firstOnDisk : await documents.get(documentOf(account, mailbox));
    positions.set(mailbox, stored?.mailbox === mailbox ? stored : { mailbox, since: now });
  }
  for (const [mailbox, position] of positions) {
    const stored = await documents.get(nameOf(mailbox));
    if (stored?.mailbox !== mailbox) await documents.put(nameOf(mailbox), position);
  }
  return {
    of: (mailbox) => positions.get(mailbox) ?? { mailbox, since: now },
    async put(position) {
      await documents.put(nameOf(position.mailbox), position);
      positions.set(position.mailbox, position);
    },
  };
}

/** The name of a document, where the mailbox is not the first one: any text can be the name of a mailbox. */
function documentOf(account: string, mailbox: string): string {
  return `${account}.${createHash('sha256').update(mailbox).digest('hex').slice(0, 16)}`;
}
