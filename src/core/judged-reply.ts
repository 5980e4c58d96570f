import type { ReplyRefusal } from './reply-refusal.js';

/**
 * What a reply comes to. `ignored`: it answers no mail of ours, and is left alone. `put-off`: it cannot be told now, and
 * is judged again. `unreadable`: the reader failed. `bounce`: a mail server says what became of a mail of ours.
 */
export const replyVerdicts = [
  ...['acknowledge', 'unacknowledge', 'comment', 'question', 'refused'],
  ...['put-off', 'unreadable', 'ignored', 'bounce'],
] as const;

/** How a reply was judged, or would be, and what was found on the way. What is absent is not there, or not looked for. */
export interface JudgedReply {
  /** By what sign the mail was sent by software and not by a person. */
  readonly automatic?: string;
  /** Which of our mails it answers, and in which part of its header that stood. */
  readonly reference?: { readonly mailId: string; readonly carrier?: string };
  /** The subject of that mail, while it is on record. */
  readonly subject?: string;
  /** The address of the one sender. */
  readonly sender?: string;
  /** What shows that the sender is who they say, in plain words. */
  readonly evidence?: string;
  /** The person's own words, without quotation and signature, at most 2,000 characters. */
  readonly ownText?: string;
  readonly firstLine?: string;
  /** What the words were read as. */
  readonly command?: {
    readonly kind: string;
    readonly numbers?: readonly number[] | 'all';
    readonly durationMs?: number;
    readonly until?: Date;
  };
  readonly verdict: (typeof replyVerdicts)[number];
  /** Why, in plain words. */
  readonly reason: string;
  /** What kind of refusal it is, for `refused`. */
  readonly kind?: ReplyRefusal;
  /** The alerts that it acts on. */
  readonly alertIds?: readonly string[];
  /** When the acknowledgement runs out. */
  readonly expiresAt?: Date;
  /** What the person is asked, for `question`. */
  readonly question?: string;
}

/** A reply that was read. */
export interface KeptReply extends JudgedReply {
  readonly readAt: Date;
  /** What became of it; absent while it is open, and where nothing was to be done. */
  readonly outcome?: string;
}

/** How a mail would be judged now. */
export interface ExplainedReply extends JudgedReply {
  /** What could not be looked at, in whole sentences. */
  readonly unknown: readonly string[];
  /** What became of this very mail when it came to the mailbox; absent when it did not. */
  readonly kept?: Pick<KeptReply, 'readAt' | 'verdict' | 'reason' | 'outcome'>;
}

/** Which replies are asked for, and which of them. */
export interface ReplyQuery {
  readonly from: Date;
  /** Only those before it. */
  readonly until: Date;
  /** Absent for those of every verdict. */
  readonly verdict?: KeptReply['verdict'];
  /** How many are passed over. */
  readonly skip: number;
  /** How many are given at most. */
  readonly count: number;
}

/** Some of the replies that were asked for, the newest first. */
export interface ReplyPage {
  readonly replies: readonly KeptReply[];
  /** How many there are in all. */
  readonly total: number;
  /** How many there are of each verdict in that span. */
  readonly counts: Readonly<Partial<Record<KeptReply['verdict'], number>>>;
}

/** What an operator asks about replies; it changes nothing. */
export interface ReplyDesk {
  /**
   * How a raw mail would be judged now; `alertCount` is how many alerts the mail tells of that it answers, where that
   * is not on record.
   */
  explain(source: Buffer, alertCount: number): Promise<ExplainedReply>;
  /** The replies that were read since a moment, the newest first. */
  list(since: Date): AsyncIterable<KeptReply>;
}

/** The same where the replies are kept. */
export interface OwnReplyDesk extends ReplyDesk {
  /** Some of the replies of a span, the newest first, without reading the others. */
  find(query: ReplyQuery): Promise<ReplyPage>;
}
