import type { Clock } from '../core/clock.js';
import type { KeptReply, OwnReplyDesk } from '../core/judged-reply.js';
import type { ComposedMail } from '../core/mail.js';
import type { Collection, History } from '../core/store.js';
import { findReplies } from './find-replies.js';
import { explainReply } from './judgement/explain-reply.js';
import { type ReplyRulesSetup, replyRules } from './judgement/reply-rules.js';
import type { ReplyRecord } from './reply-record.js';

/** What the desk needs. */
export interface ReplyDeskSetup extends ReplyRulesSetup {
  readonly mails: Pick<Collection<ComposedMail>, 'get' | 'names'>;
  readonly replies: Pick<Collection<ReplyRecord>, 'get' | 'names'>;
  readonly history: Pick<History, 'since'>;
  /** The replies that the monitor has not taken yet. */
  readonly open: () => readonly ReplyRecord[];
  readonly clock: Clock;
}

/** Makes what answers an operator's questions about replies; it only reads. */
export function createReplyDesk(setup: ReplyDeskSetup): OwnReplyDesk {
  const { mails, replies, history, open, clock } = setup;
  const rules = replyRules(setup);

  async function kept(record: ReplyRecord): Promise<KeptReply> {
    const { mailId, readAt, verdict, reason, author, findings, acknowledgement, question, outcome } = record;
    const mail = await mails.get(mailId);
    return {
      readAt,
      ...{ reference: { mailId }, ...(author === undefined ? {} : { sender: author }) },
      ...findings,
      ...(mail ? { subject: mail.subject } : {}),
      ...{ verdict, reason },
      ...(acknowledgement ? { alertIds: acknowledgement.alertIds } : {}),
      ...(acknowledgement?.expiresAt ? { expiresAt: acknowledgement.expiresAt } : {}),
      ...(question ? { question: question.text } : {}),
      ...(outcome ? { outcome } : {}),
    };
  }

  return {
    explain: (source, alertCount) =>
      explainReply(source, { rules, alertCount, now: clock.now(), kept: { mails, replies } }),
    async *list(since) {
      const found: ReplyRecord[] = [];
      for (const name of await replies.names()) {
        // One that was open may have closed meanwhile.
        const record = (await replies.get(name)) ?? (await replies.get(name.replace(/^open\./, '')));
        if (record && record.readAt >= since) found.push(record);
      }
      found.sort((one, other) => other.readAt.getTime() - one.readAt.getTime());
      for (const record of found) yield kept(record);
    },
    find: (query) => findReplies({ history, replies, open, kept }, query),
  };
}
