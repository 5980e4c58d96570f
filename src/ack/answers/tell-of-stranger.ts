import type { ReplyRefusal } from '../../core/reply-refusal.js';
import type { AnswerReplySetup } from './answer-reply.js';
import { strangerNotice } from './stranger-notice.js';

/**
 * Tells the recipients of a mail, in its thread, that a reply to it was refused, where somebody who should not may have
 * the mail. It is told once of each mail, whoever tries how often: who replies cannot make mails.
 */
export type TellOfStranger = (mailId: string, refusal: ReplyRefusal, sender: string) => Promise<void>;

/** Makes the function that tells of strangers. */
export function createTellOfStranger(
  setup: Pick<AnswerReplySetup, 'answers' | 'mails' | 'settings' | 'trust'>,
): TellOfStranger {
  const { answers, mails, settings, trust } = setup;
  const own = new Set(trust.ownAddresses.map((address) => address.toLowerCase()));
  return async (mailId, refusal, sender) => {
    if (!settings.answers.tellOthers || (refusal !== 'stranger' && refusal !== 'unauthenticated')) return;
    const mail = await mails.get(mailId);
    if (!mail) return;
    const to = Object.entries(mail.recipients).flatMap(([name, { status }]) =>
      status === 'rejected' || own.has(name.toLowerCase()) ? [] : [name],
    );
    await answers.put(`s${mailId}`, { kind: 'stranger', mail, to, text: strangerNotice(refusal, sender) });
  };
}
