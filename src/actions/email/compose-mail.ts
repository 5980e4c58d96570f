import type { ComposedMail } from '../../core/mail.js';
import { ownSource } from '../../core/own-source.js';
import { severityRank } from '../../core/severity.js';
import { assembleMail } from './assemble-mail.js';
import { domainOf } from './domain-of.js';
import type { MailPlan } from './mail-plan.js';
import { type MailView, mailView } from './mail-view.js';
import { replyTo } from './reply-to.js';
import type { Templates } from './templates.js';

/**
 * Composes a mail about one alert. A mail about a system error carries no reference: there is nothing in the monitor
 * to acknowledge.
 */
export async function composeMail(plan: MailPlan, templates: Templates<MailView>): Promise<ComposedMail> {
  const { events, now, timeZone } = plan;
  const { alert } = events[0];
  const isOwn = alert.source === ownSource;
  const domain = domainOf(plan.account.mailbox);
  const minted = plan.invitation?.mint(plan.id, domain);
  const [invitation, reference] = isOwn ? [] : [plan.invitation, minted];
  const view = mailView({
    ...{ events, now, timeZone },
    tag: reference?.subjectTag,
    replyTo: invitation && reference && replyTo(invitation.replyTo, reference),
    expiresMs: invitation?.expiresMs,
    unreadSince: invitation?.unreadSince?.(),
  });
  return assembleMail(
    { ...plan, invitation },
    {
      texts: await templates.render(view),
      topic: view.words,
      isUrgent: view.state === 'firing' && severityRank(view.severity) === 0,
      reference,
      // No reply is taken by it; a bounce is.
      messageId: isOwn && minted ? `<${minted.subaddress}.own@${domain}>` : undefined,
      alertIds: [...new Set(events.map((event) => event.alert.id))],
    },
  );
}
