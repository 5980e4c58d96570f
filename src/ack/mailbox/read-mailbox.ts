import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { z } from 'zod';
import type { MailboxPosition, ReadPosition } from './mailbox-position.js';
import type { NumberedMailbox } from './numbered-mailbox.js';

const batchSize = 100;
const longestHeader = 65_536;
const largestSource = 65_536;
const mostSourceBytes = 2_097_152;
const lookBackMs = 30 * 86_400_000;
/** The clocks of mail servers differ from ours. */
const skewMs = 5 * 60_000;
const headerQuery = {
  uid: true,
  size: true,
  internalDate: true,
  bodyParts: [{ key: 'HEADER', start: 0, maxLength: longestHeader }],
};

/** Where reading begins in a mailbox that was just opened. */
export interface Beginning {
  readonly position: ReadPosition;
  /** The mails to read first, by UID, where there is no UID on record to go on from. */
  readonly again: readonly number[];
}

/**
 * Where to begin: after the last UID on record. On the very first start, with what has come since we wanted to
 * watch, however much old mail there is; with the mail of the last 30 days when the server has numbered its mail anew.
 */
export async function beginReading(
  mailbox: NumberedMailbox,
  stored: MailboxPosition,
  now: Date,
): Promise<Beginning> {
  const { client, name, uidValidity, uidNext } = mailbox;
  const known = 'uidValidity' in stored ? stored : undefined;
  if (known?.uidValidity === uidValidity) return { position: known, again: [] };
  // A server need not tell UIDNEXT; then the last mail does.
  const lastUid = uidNext > 0 ? uidNext - 1 : await mailbox.run(() => highestUid(client));
  const again =
    'since' in stored
      ? await arrivedSince(mailbox, new Date(stored.since.getTime() - skewMs))
      : await mailbox.run(() => searched(client, { since: new Date(now.getTime() - lookBackMs) }));
  return { position: { mailbox: name, uidValidity, lastUid }, again: again.filter((uid) => uid <= lastUid) };
}

/**
 * The UIDs of the mails that the server received since a moment, lowest first.
 *
 * It looks from the end, at hundreds of mails at once, until it meets only older ones: SEARCH SINCE knows days
 * only (RFC 9051 section 6.4.4), and a day may hold thousands.
 */
async function arrivedSince(mailbox: NumberedMailbox, since: Date): Promise<readonly number[]> {
  const { client, count, run } = mailbox;
  const found: number[] = [];
  for (let last = count; last > 0; last -= batchSize) {
    const range = `${Math.max(1, last - batchSize + 1)}:${last}`;
    const mails = await run(() => client.fetchAll(range, { uid: true, internalDate: true }));
    const recent = mails.filter(
      ({ internalDate }) => !(internalDate instanceof Date) || internalDate >= since,
    );
    if (recent.length === 0) break;
    found.push(...recent.map(({ uid }) => uid));
  }
  return found.sort((a, b) => a - b);
}

/** The UIDs of the mails after a UID, lowest first. */
export async function newerThan(
  { client, run }: NumberedMailbox,
  lastUid: number,
): Promise<readonly number[]> {
  const found = await run(() => searched(client, { uid: `${lastUid + 1}:*` }));
  // `N:*` names the last mail even where its UID is lower (RFC 9051 section 9, seq-range).
  return found.filter((uid) => uid > lastUid);
}

/** A mail with its header, or what the server said when it refused to hand that out. */
export type FoundMail =
  | { readonly uid: number; readonly mail: FetchMessageObject }
  | { readonly uid: number; readonly refusal: unknown };

/** The headers of mails, in batches, in the order of `uids`; mails that are gone are left out. Sets no flag. */
export async function* headersOf(
  { client, run }: NumberedMailbox,
  uids: readonly number[],
): AsyncGenerator<readonly FoundMail[], void, undefined> {
  for (let from = 0; from < uids.length; from += batchSize) {
    const batch = uids.slice(from, from + batchSize);
    yield await run(() => headersOfBatch(client, batch));
  }
}

/** One mail that cannot be handed out makes some servers refuse all that were asked for with it: then one by one. */
async function headersOfBatch(client: ImapFlow, uids: readonly number[]): Promise<readonly FoundMail[]> {
  try {
    const mails = await client.fetchAll([...uids], headerQuery, { uid: true });
    // A server may answer in any order, and tell of mails that were not asked for.
    const byUid = new Map(mails.flatMap((mail) => (mail.headers ? [[mail.uid, mail]] : [])));
    const missing = uids.filter((uid) => !byUid.has(uid));
    // Gone meanwhile, or still there and left out: what is left out must not be forgotten.
    const left = missing.length === 0 ? [] : await searched(client, { uid: missing.join(',') });
    return uids.flatMap((uid): readonly FoundMail[] => {
      const mail = byUid.get(uid);
      if (mail) return [{ uid, mail }];
      return left.includes(uid)
        ? [{ uid, refusal: new Error('the server leaves out the header of a mail') }]
        : [];
    });
  } catch (thrown) {
    if (!client.usable || !isRefusal(thrown)) throw thrown;
    if (uids.length === 1) return uids.map((uid) => ({ uid, refusal: thrown }));
  }
  const found: FoundMail[] = [];
  for (const uid of uids) found.push(...(await headersOfBatch(client, [uid])));
  return found;
}

/**
 * The sources of some mails, by UID, fetched together: the small ones, and no more of them than fit into a few megabytes.
 * Whatever is not in it is to be fetched alone, and shows then why.
 */
export async function sourcesOf(
  { client, run }: NumberedMailbox,
  mails: readonly FetchMessageObject[],
): Promise<ReadonlyMap<number, Buffer>> {
  let left = mostSourceBytes;
  const uids = mails.flatMap(({ uid, size = mostSourceBytes }) => {
    if (size > largestSource || size > left) return [];
    left -= size;
    return [uid];
  });
  if (uids.length < 2) return new Map();
  const query = { uid: true, source: { maxLength: largestSource + 1 } };
  const found = await run(() => client.fetchAll([...uids], query, { uid: true })).catch(() => []);
  return new Map(
    found.flatMap(({ uid, source }) => (source && source.length <= largestSource ? [[uid, source]] : [])),
  );
}

/** Whether a command was answered by NO or BAD, and not because there were too many. */
export const isRefusal = (thrown: unknown): boolean => refusal.safeParse(thrown).success;

const refusal = z.object({
  responseStatus: z.enum(['NO', 'BAD']),
  code: z
    .string()
    .optional()
    .refine((code) => code !== 'ETHROTTLE'),
});

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
