import type { ImapFlow } from 'imapflow';
import type { Log } from '../../core/host.js';

/** How replies that were taken are marked, as the settings say. */
export interface MarkSettings {
  readonly done: 'move' | 'keyword' | 'ledger';
  readonly moveTo: string;
}

const doneKeyword = '$Acknowledged';

/**
 * Makes the function that marks one mail of the open mailbox, by its UID: moves it, else gives it a keyword, else
 * leaves it to our own ledger. What the server does not permit falls to the next way, which is logged once.
 *
 * A mail that is gone already is fine. Throws when the connection fails.
 */
export function createMarkDone(
  settings: MarkSettings,
  account: string,
  log: Log,
): (client: ImapFlow, uid: number) => Promise<void> {
  const told = new Set<string>();
  const tellOnce = (message: string) => {
    if (told.has(message)) return;
    told.add(message);
    log.warn({ account, moveTo: settings.moveTo }, message);
  };

  const move = async (client: ImapFlow, uid: number): Promise<boolean> => {
    // Without either, imapflow would expunge whatever others have marked as deleted.
    const safe = client.capabilities.has('MOVE') || client.capabilities.has('UIDPLUS');
    if (!safe) return false;
    if (await client.messageMove(`${uid}`, settings.moveTo, { uid: true })) return true;
    try {
      await client.mailboxCreate(settings.moveTo);
    } catch {
      if (!client.usable) throw new Error('the connection was lost');
    }
    return Boolean(await client.messageMove(`${uid}`, settings.moveTo, { uid: true }));
  };

  const mark = async (client: ImapFlow, uid: number): Promise<boolean> => {
    const allowed = client.mailbox ? client.mailbox.permanentFlags : undefined;
    if (!allowed?.has('\\*') && !allowed?.has(doneKeyword)) return false;
    return client.messageFlagsAdd(`${uid}`, [doneKeyword], { uid: true, silent: true });
  };

  return async (client, uid) => {
    if (settings.done === 'ledger') return;
    if (!client.usable) throw new Error('the connection was lost');
    if (!(await client.fetchOne(`${uid}`, { uid: true }, { uid: true }))) return;
    if (settings.done === 'move') {
      if (await move(client, uid)) return;
      if (!client.usable) throw new Error('the connection was lost');
      tellOnce('Replies cannot be moved on this server; they get a keyword instead.');
    }
    if (await mark(client, uid)) return;
    if (!client.usable) throw new Error('the connection was lost');
    tellOnce('Replies cannot be given a keyword on this server; only the ledger knows which were taken.');
  };
}
