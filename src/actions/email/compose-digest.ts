import type { ComposedMail } from '../../core/mail.js';
import { severityRank } from '../../core/severity.js';
import { assembleMail } from './assemble-mail.js';
import { type DigestView, digestView } from './digest-view.js';
import { domainOf } from './domain-of.js';
import type { MailPlan } from './mail-plan.js';
import { replyTo } from './reply-to.js';
import type { Templates } from './templates.js';

/**
 * Composes one mail about several alerts, the worst first, each with a number that a reply can name; the whole list
 * goes along as a text file where the mail cannot show all.
 */
export async function composeDigest(plan: MailPlan, templates: Templates<DigestView>): Promise<ComposedMail> {
  const { events, now, timeZone, invitation } = plan;
  const reference = invitation?.mint(plan.id, domainOf(plan.account.mailbox));
  const { view, list, alertIds } = digestView({
    ...{ events, now, timeZone },
    tag: reference?.subjectTag,
    replyTo: invitation && reference && replyTo(invitation.replyTo, reference),
    expiresMs: invitation?.expiresMs,
    unreadSince: invitation?.unreadSince?.(),
  });
  return assembleMail(plan, {
    texts: await templates.render(view),
    ...(view.more > 0 ? { attachment: { file: 'alerts.txt', text: list } } : {}),
    topic: view.words,
    isUrgent: view.state === 'firing' && severityRank(view.word) === 0,
    reference,
    alertIds,
  });
}
