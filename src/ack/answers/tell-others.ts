import type { Acknowledgement } from '../../core/acknowledgement.js';
import type { ComposedMail } from '../../core/mail.js';
import { mailboxOf } from '../trust/mailbox-of.js';
import type { AnswerReplySetup } from './answer-reply.js';
import { news } from './news.js';

/** The reply that an acknowledgement came by. */
export interface CameBy {
  /** The mail that it answers. */
  readonly mail: ComposedMail;
  /** Who has the reply itself. */
  readonly alsoTo?: readonly string[];
}

/**
 * Tells everybody who was mailed of some alerts what somebody did, in the threads of those mails, but for those who know:
 * who did it, and who has the reply, where there is one. Once again under the same key does no harm.
 */
export type TellOthers = (key: string, acknowledgement: Acknowledgement, cameBy?: CameBy) => Promise<void>;

/** Makes the function that tells the others. */
export function createTellOthers(
  setup: Pick<AnswerReplySetup, 'answers' | 'alert' | 'threads' | 'nameOf' | 'timeZone' | 'trust'>,
): TellOthers {
  const { answers, alert, nameOf, timeZone } = setup;
  return async (key, acknowledgement, cameBy) => {
    const { mail, alsoTo = [] } = cameBy ?? {};
    const told = new Set([acknowledgement.author, ...alsoTo, ...setup.trust.ownAddresses].map(mailboxOf));
    const threads = await setup.threads(acknowledgement.alertIds);
    const own = mail ? [{ mail, alertIds: acknowledgement.alertIds }] : [];
    const others = threads.filter((thread) => thread.mail.action !== mail?.action);
    for (const { mail: each, alertIds } of [...own, ...others]) {
      const to = Object.entries(each.recipients).flatMap(([name, { status }]) =>
        status === 'rejected' || status === 'bounced' || told.has(mailboxOf(name)) ? [] : [name],
      );
      // Of alerts that they were not told of they hear nothing now.
      const text = news({ ...acknowledgement, alertIds }, { mail: each, alert, nameOf, timeZone });
      if (text === undefined) continue;
      for (const name of to) told.add(mailboxOf(name));
      const id = each === mail ? `n${key}` : `n${key}${each.id}`;
      await answers.put(id, { kind: 'news', mail: each, to, alertIds, text });
    }
  };
}
