import { answerMail } from './actions/email/answer-mail.js';
import type { ReplyInvitation } from './actions/email/mail-plan.js';
import type { AnswerTransport } from './core/mail.js';
import type { Ways } from './plugin-ways.js';

/**
 * Makes how answers leave: by the account that sent the mail which was replied to, and only while nothing of its rate
 * is in use, so that an alert finds as much room as before, and its server is not to be left alone.
 */
export function createAnswerTransport(deps: {
  readonly ways: Pick<Ways, 'get'>;
  readonly invitation: ReplyInvitation;
}): AnswerTransport {
  const { ways, invitation } = deps;
  return {
    roomAt(name) {
      const { budget, gate } = ways.get(name);
      const dates = [budget?.fullAt(), gate.standing()?.retryAt];
      return new Date(Math.max(0, ...dates.map((date) => date?.getTime() ?? 0)));
    },
    async send(answer, recipients, signal, record) {
      const { account, transport, budget } = ways.get(answer.mail.account);
      budget?.take();
      return transport.send(answerMail(answer, account, invitation), recipients, signal, record);
    },
  };
}
