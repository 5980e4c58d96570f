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
  const invitation = alert.source === ownSource ? undefined : plan.invitation;
  const reference = invitation?.mint(plan.id, domainOf(plan.account.mailbox));
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
      alertIds: [...new Set(events.map((event) => event.alert.id))],
    },
  );
}
