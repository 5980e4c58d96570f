import type { FetchMessageObject, ImapFlow } from 'imapflow';
import type { Lane } from './lane.js';
import type { MailboxPosition } from './mailbox-position.js';

const batchSize = 100;
const longestHeader = 65_536;
const lookBackMs = 30 * 86_400_000;
const headerQuery = {
  uid: true,
  size: true,
  internalDate: true,
  bodyParts: [{ key: 'HEADER', start: 0, maxLength: longestHeader }],
};

/** Where reading begins on a connection that was just opened. */
export interface Beginning {
  readonly position: MailboxPosition;
  /** The mails to read first, by UID, where the UIDs that we knew mean nothing any more. */
  readonly again: readonly number[];
}

/**
 * Where to begin: after the last UID on record; at the end on the very first start, however much old mail there is;
 * with the mail of the last 30 days when the server has numbered its mail anew.
 */
export async function beginReading(
  client: ImapFlow,
  stored: MailboxPosition | undefined,
  mailbox: string,
  now: Date,
): Promise<Beginning> {
  const open = client.mailbox;
  if (!open) throw new Error('The mailbox is not open.');
  const uidValidity = open.uidValidity.toString();
  if (stored?.mailbox === mailbox && stored.uidValidity === uidValidity)
    return { position: stored, again: [] };
  // A server need not tell UIDNEXT; then the last mail does.
  const lastUid = open.uidNext > 0 ? open.uidNext - 1 : await highestUid(client);
  const position = { mailbox, uidValidity, lastUid };
  if (stored?.mailbox !== mailbox) return { position, again: [] };
  const since = await searched(client, { since: new Date(now.getTime() - lookBackMs) });
  return { position, again: since.filter((uid) => uid <= lastUid) };
}

/** The UIDs of the mails after a UID, lowest first. */
export async function newerThan(client: ImapFlow, lastUid: number): Promise<readonly number[]> {
  const found = await searched(client, { uid: `${lastUid + 1}:*` });
  // `N:*` names the last mail even where its UID is lower (RFC 9051 section 9, seq-range).
  return found.filter((uid) => uid > lastUid);
}

/** The headers of mails, in batches, in the order of `uids`; mails that are gone are left out. Sets no flag. */
export async function* headersOf(
  client: ImapFlow,
  lane: Lane,
  uids: readonly number[],
): AsyncGenerator<FetchMessageObject, void, undefined> {
  for (let from = 0; from < uids.length; from += batchSize) {
    const batch = uids.slice(from, from + batchSize);
    const mails = await lane.run(() => client.fetchAll([...batch], headerQuery, { uid: true }));
    // A server may answer in any order, and tell of mails that were not asked for.
    const byUid = new Map(mails.map((mail) => [mail.uid, mail]));
    yield* batch.flatMap((uid) => byUid.get(uid) ?? []);
  }
}

async function searched(
  client: ImapFlow,
  query: { readonly uid: string } | { readonly since: Date },
): Promise<readonly number[]> {
  const found = await client.search(query, { uid: true });
  if (!found) throw new Error('The server refuses to search.');
  return [...found].sort((a, b) => a - b);
}

async function highestUid(client: ImapFlow): Promise<number> {
  const last = await client.fetchOne('*', { uid: true });
  return last ? last.uid : 0;
}
