import { createHmac } from 'node:crypto';
import { createReferences, type References } from './ack/reference/reference.js';
import { replyFacts } from './actions/email/reply-facts.js';
import { roundTripMail } from './actions/email/round-trip-mail.js';
import type { Clock } from './core/clock.js';
import { Fault } from './core/fault.js';
import { classifyReply } from './core/refusals/classify-reply.js';
import type { SendRoundTripMail } from './core/round-trip.js';
import type { Ways } from './plugin-ways.js';

/** What round trips are made with. */
export interface RoundTripTools {
  readonly send: SendRoundTripMail;
  readonly references: References;
}

/** Makes what round trips are sent and recognised with. `mailbox` is the address of the watched mailbox. */
export function createRoundTripTools(deps: {
  readonly ways: Pick<Ways, 'get'>;
  readonly mailbox: string;
  readonly key: Buffer;
  readonly installation: string;
  readonly clock: Clock;
}): RoundTripTools {
  const { ways, mailbox, installation, clock } = deps;
  const key = createHmac('sha256', deps.key).update('ackmail round trip').digest();
  const references = createReferences({ key, installation });
  return {
    references,
    async send(mail, signal) {
      const { account, transport, budget } = ways.get(mail.account);
      budget?.take();
      const composed = roundTripMail(mail, account, { mint: references.mint, mailbox }, clock.now());
      const [to = mailbox] = Object.keys(composed.recipients);
      const { recipients } = await transport.send(composed, [to], signal);
      const { status, reply = 'no reply' } = recipients[to] ?? {};
      if (status === 'accepted') return to;
      throw new Fault('SMTP_REJECTED', { ...replyFacts(account, classifyReply('smtp', reply)), reply });
    },
  };
}
