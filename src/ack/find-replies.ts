import type { KeptReply, ReplyPage, ReplyQuery } from '../core/judged-reply.js';
import { replyRefusals } from '../core/reply-refusal.js';
import type { Collection, History, HistoryEntry } from '../core/store.js';
import type { ReplyRecord } from './reply-record.js';

type Verdict = KeptReply['verdict'];

/** What the history calls replies of each verdict. */
const verdicts: Readonly<Record<string, Verdict>> = {
  ...{
    acknowledged: 'acknowledge',
    unacknowledged: 'unacknowledge',
    commented: 'comment',
    asked: 'question',
  },
  ...{ refused: 'refused', unreadable: 'unreadable', bounced: 'bounce', delayed: 'bounce' },
};

interface Found {
  readonly at: Date;
  readonly verdict: Verdict;
  read(): Promise<KeptReply>;
}

/** What looking for replies needs. */
export interface FindRepliesSetup {
  readonly history: Pick<History, 'since'>;
  readonly replies: Pick<Collection<ReplyRecord>, 'get'>;
  /** The replies that the monitor has not taken yet. */
  readonly open: () => readonly ReplyRecord[];
  readonly kept: (record: ReplyRecord) => Promise<KeptReply>;
}

/**
 * Finds the replies of a span, the newest first: those that are open, and those that the history tells of. The records
 * are named by what the replies are and not by when they came, so reading them all would take seconds; only those that
 * are answered are read.
 */
export async function findReplies(setup: FindRepliesSetup, query: ReplyQuery): Promise<ReplyPage> {
  const { history, replies, open, kept } = setup;
  const { from, until, verdict } = query;
  const all: Found[] = [];
  for await (const entry of history.since(from, { until, texts: ['replyKey'] })) {
    const { replyKey: key } = entry;
    if (typeof key !== 'string' || !/^[a-z0-9]{1,100}$/.test(key)) continue;
    // Only what a person wanted of an alert can come too late, or not be taken.
    const its = verdicts[entry.kind] ?? 'acknowledge';
    const read = async () => {
      const record = (await replies.get(key)) ?? (await replies.get(`open.${key}`));
      return record ? kept(record) : told(entry, its);
    };
    all.push({ at: entry.at, verdict: its, read });
  }
  for (const record of open())
    if (record.readAt >= from && record.readAt < until)
      all.push({ at: record.readAt, verdict: record.verdict, read: () => kept(record) });

  const counts: Partial<Record<Verdict, number>> = {};
  for (const each of all) counts[each.verdict] = (counts[each.verdict] ?? 0) + 1;
  const chosen = all.filter((each) => verdict === undefined || each.verdict === verdict);
  chosen.sort((one, other) => other.at.getTime() - one.at.getTime());
  const page = chosen.slice(query.skip, query.skip + query.count);
  return { replies: await Promise.all(page.map(({ read }) => read())), total: chosen.length, counts };
}

/** A reply whose record is gone, as far as the history tells it. */
function told(entry: HistoryEntry, verdict: Verdict): KeptReply {
  const text = (name: string) => (typeof entry[name] === 'string' ? String(entry[name]) : undefined);
  const [sender, evidence, subject] = [text('author'), text('evidence'), text('subject')];
  const [mailId, outcome, expiresAt] = [text('mail'), text('outcome'), new Date(text('expiresAt') ?? '')];
  const { alertIds } = entry;
  const kind = replyRefusals.find((each) => each === entry['refusal']);
  return {
    ...{ readAt: entry.at, verdict, reason: text('reason') ?? text('detail') ?? '' },
    ...(sender === undefined ? {} : { sender }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(subject === undefined ? {} : { subject }),
    ...(mailId === undefined ? {} : { reference: { mailId } }),
    ...(Array.isArray(alertIds) ? { alertIds } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(Number.isNaN(expiresAt.getTime()) ? {} : { expiresAt }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}
