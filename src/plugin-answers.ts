import { answerMail } from './actions/email/answer-mail.js';
import type { ReplyInvitation } from './actions/email/mail-plan.js';
import { replyFacts } from './actions/email/reply-facts.js';
import type { Clock } from './core/clock.js';
import { Fault } from './core/fault.js';
import type { SendAnswer } from './core/mail.js';
import type { Ways } from './plugin-ways.js';

/** Makes what sends an answer to a reply, by the account that sent the mail which was replied to. */
export function createSendAnswer(deps: {
  readonly ways: Pick<Ways, 'get'>;
  readonly invitation: ReplyInvitation;
  readonly clock: Clock;
}): SendAnswer {
  const { ways, invitation, clock } = deps;
  return async (question, signal) => {
    const { account, transport, budget } = ways.get(question.mail.account);
    budget?.take();
    const mail = answerMail(question, account, invitation, clock.now());
    const { recipients } = await transport.send(mail, [question.to], signal);
    const { status, reply = '' } = recipients[question.to] ?? {};
    if (status !== 'accepted') throw new Fault('SMTP_DEFERRED', { ...replyFacts(account), reply });
  };
}
