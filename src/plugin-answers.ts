import { answerMail } from './actions/email/answer-mail.js';
import type { ReplyInvitation } from './actions/email/mail-plan.js';
import { replyFacts } from './actions/email/reply-facts.js';
import type { Clock } from './core/clock.js';
import { Fault } from './core/fault.js';
import type { SendAnswer, Transport } from './core/mail.js';
import type { Accounts } from './plugin-accounts.js';
import type { Budgets } from './plugin-budgets.js';

/** Makes what sends an answer to a reply, by the account that sent the mail which was replied to. */
export function createSendAnswer(deps: {
  readonly accounts: Accounts;
  readonly budgets: Budgets;
  readonly transport: (account: string) => Transport;
  readonly invitation: ReplyInvitation;
  readonly clock: Clock;
}): SendAnswer {
  const { accounts, budgets, transport, invitation, clock } = deps;
  return async (question, signal) => {
    const account = accounts.find(question.mail.account);
    budgets.get(account.name)?.take();
    const mail = answerMail(question, account, invitation, clock.now());
    const { recipients } = await transport(account.name).send(mail, [question.to], signal);
    const { status, reply = '' } = recipients[question.to] ?? {};
    if (status !== 'accepted') throw new Fault('SMTP_DEFERRED', { ...replyFacts(account), reply });
  };
}
