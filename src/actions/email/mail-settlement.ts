import type { Account } from '../../core/account.js';
import type { ActionResult } from '../../core/action.js';
import type { Clock } from '../../core/clock.js';
import { describe, Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail } from '../../core/mail.js';
import { classifyReply } from '../../core/refusals/classify-reply.js';
import type { History } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import { mailRecipients } from './mail-recipients.js';
import { replyFacts } from './reply-facts.js';

type Deferred = NonNullable<ActionResult['deferred']>;

/** Draws the conclusions from what a server said of a mail. */
export interface MailSettlement {
  /**
   * Puts one sending into the history and tells people of those who were refused for good. Answers why some are still
   * to be tried; undefined when nobody is.
   */
  settle(sent: ComposedMail, tried: readonly string[], account: Account): Promise<Deferred | undefined>;
  /** The server refuses the mail as it is: a person is told, and it is tried again when there was time to act. */
  refused(mail: ComposedMail, fault: Fault): Promise<Deferred>;
  /** The server does not take this mail since then, though it takes others: when that lasts, a person is told. */
  putOff(mail: ComposedMail, fault: Fault, since: Date): Promise<void>;
}

/** After a mail was refused as it is, there is no hurry: nothing changes until somebody acts. */
const rejectedRetryMs = 15 * 60_000;
/** What was not tried again for so long waits no more. */
const forgottenMs = 120 * 60_000;
/** How long a mail may be put off before a person is told. */
const patienceMs = 5 * 60_000;
/** How many of those who were refused are told by name. */
const mostNamed = 10;

/** Makes the settlement of the mails of one action. */
export function createMailSettlement(deps: {
  readonly action: string;
  readonly systemErrors: SystemErrors;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}): MailSettlement {
  const { action, systemErrors, history, clock, log } = deps;
  const deferredBy = (fault: Fault, leastMs = 0): Deferred => {
    const waitMs = Math.max(leastMs, Number(fault.facts['retryAfterMs'] ?? 0));
    return { fault, ...(waitMs > 0 ? { retryAt: new Date(clock.now().getTime() + waitMs) } : {}) };
  };
  const tell = (mail: ComposedMail, message: string, remedy: string) =>
    systemErrors.raise({
      code: 'SMTP_REJECTED',
      subject: action,
      severity: mailRecipients(mail, 'accepted').length === 0 ? 'critical' : 'warning',
      message,
      remedy,
    });

  const tellRejected = (mail: ComposedMail, remedy: string) => {
    const rejected = mailRecipients(mail, 'rejected');
    const named = rejected
      .slice(0, mostNamed)
      .map((name) => `${name}: ${mail.recipients[name]?.reply ?? ''}`);
    const more = rejected.length > mostNamed ? [`and ${rejected.length - mostNamed} more`] : [];
    const isLost = rejected.length === Object.keys(mail.recipients).length;
    const what = `The mail "${mail.subject}" of the action ${action}`;
    const who = [...named, ...more].join('; ');
    return tell(mail, isLost ? `${what} reached nobody: ${who}` : `${what} did not reach ${who}`, remedy);
  };
  const clear = async (code: 'SMTP_REJECTED' | 'SMTP_DEFERRED') => {
    const stands = systemErrors.list().some((error) => error.code === code && error.subject === action);
    if (stands) await systemErrors.clear(code, action);
  };
  /** Of the mails that are put off, until when they are told of unless they are tried again. */
  const putOff = new Map<string, Date>();
  const clearPutOff = async (mailId: string) => {
    putOff.delete(mailId);
    for (const [id, until] of putOff) if (until < clock.now()) putOff.delete(id);
    if (putOff.size === 0) await clear('SMTP_DEFERRED');
  };

  return {
    async settle(sent, tried, account) {
      const now = (status: 'accepted' | 'deferred' | 'rejected') =>
        mailRecipients(sent, status).filter((name) => tried.includes(name));
      const facts = { action: sent.action, account: account.name, mail: sent.id, subject: sent.subject };
      await history
        .append({
          ...{ at: clock.now(), kind: 'sent', ...facts, alertIds: sent.alertIds },
          ...{ accepted: now('accepted'), deferred: now('deferred'), rejected: now('rejected') },
        })
        .catch((thrown: unknown) =>
          log.warn({ detail: describe(thrown) }, 'The history could not be written.'),
        );
      const isDeferred = mailRecipients(sent, 'deferred').length > 0;
      if (mailRecipients(sent, 'rejected').length > 0)
        await tellRejected(sent, refusal(account, sent, 'rejected').remedy);
      else if (!isDeferred) await clear('SMTP_REJECTED');
      await clearPutOff(sent.id);
      return isDeferred ? deferredBy(refusal(account, sent, 'deferred')) : undefined;
    },

    async refused(mail, fault) {
      await tell(mail, `${fault.message} (the mail "${mail.subject}" of the action ${action})`, fault.remedy);
      return deferredBy(fault, rejectedRetryMs);
    },

    async putOff(mail, { message, remedy }, since) {
      const nowMs = clock.now().getTime();
      if (nowMs - since.getTime() < patienceMs) return;
      putOff.set(mail.id, new Date(nowMs + forgottenMs));
      await systemErrors.raise({
        ...{ code: 'SMTP_DEFERRED', subject: action, severity: 'warning', remedy },
        message: `${message} (the mail "${mail.subject}" of the action ${action}, while others leave)`,
      });
    },
  };
}

function refusal(account: Account, mail: ComposedMail, status: 'rejected' | 'deferred'): Fault {
  const [name = ''] = mailRecipients(mail, status);
  const reply = mail.recipients[name]?.reply ?? '';
  return new Fault(status === 'rejected' ? 'SMTP_REJECTED' : 'SMTP_DEFERRED', {
    ...replyFacts(account, classifyReply('smtp', reply)),
    reply: `${name}: ${reply}`,
  });
}
