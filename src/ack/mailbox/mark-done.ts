import type { ImapFlow } from 'imapflow';
import type { Log } from '../../core/host.js';

/** How replies that were taken are marked, as the settings say. */
export interface MarkSettings {
  readonly done: 'move' | 'keyword' | 'ledger';
  readonly moveTo: string;
}

/** The keyword of a reply that was taken. */
export const doneKeyword = '$Acknowledged';

/** Marks mails of the open mailbox by their UIDs. */
export type MarkDone = (client: ImapFlow, uids: readonly number[]) => Promise<void>;

/**
 * Makes the function that marks mails of the open mailbox: moves them, else gives them a keyword, else leaves them to our
 * own ledger. What the server does not permit falls to the next way, which is logged once.
 *
 * A mail that is gone already is fine. Throws when the connection fails.
 */
export function createMarkDone(settings: MarkSettings, account: string, log: Log): MarkDone {
  const told = new Set<string>();
  const tellOnce = (message: string) => {
    if (told.has(message)) return;
    told.add(message);
    log.warn({ account, moveTo: settings.moveTo }, message);
  };

  const move = async (client: ImapFlow, uids: string): Promise<boolean> => {
    // Without either, imapflow would expunge whatever others have marked as deleted.
    const safe = client.capabilities.has('MOVE') || client.capabilities.has('UIDPLUS');
    if (!safe) return false;
    if (await client.messageMove(uids, settings.moveTo, { uid: true })) return true;
    try {
      await client.mailboxCreate(settings.moveTo);
    } catch {
      if (!client.usable) throw new Error('the connection was lost');
    }
    return Boolean(await client.messageMove(uids, settings.moveTo, { uid: true }));
  };

  const mark = async (client: ImapFlow, uids: string): Promise<boolean> => {
    const allowed = client.mailbox ? client.mailbox.permanentFlags : undefined;
    if (!allowed?.has('\\*') && !allowed?.has(doneKeyword)) return false;
    return client.messageFlagsAdd(uids, [doneKeyword], { uid: true, silent: true });
  };

  const markDone: MarkDone = async (client, wanted) => {
    if (settings.done === 'ledger') return;
    if (!client.usable) throw new Error('the connection was lost');
    // As a rule they are there, and so is the mailbox to move them to: UIDs that are gone are passed over.
    const isAtOnce = settings.done === 'move' && client.capabilities.has('MOVE');
    if (isAtOnce && (await client.messageMove(wanted.join(','), settings.moveTo, { uid: true }))) return;
    if (!client.usable) throw new Error('the connection was lost');
    const found = await client.fetchAll([...wanted], { uid: true }, { uid: true });
    const there = wanted.filter((uid) => found.some((mail) => mail.uid === uid));
    // A connection that ends meanwhile shows no mail either.
    if (!client.usable) throw new Error('the connection was lost');
    if (there.length === 0) return;
    const uids = there.join(',');
    if (settings.done === 'move' && (await move(client, uids))) return;
    if (!client.usable) throw new Error('the connection was lost');
    // It may be one of them that the server does not move.
    if (there.length > 1) {
      for (const uid of there) await markDone(client, [uid]);
      return;
    }
    if (settings.done === 'move')
      tellOnce('Replies cannot be moved on this server; they get a keyword instead.');
    if (await mark(client, uids)) return;
    if (!client.usable) throw new Error('the connection was lost');
    tellOnce('Replies cannot be given a keyword on this server; only the ledger knows which were taken.');
  };
  return markDone;
}
