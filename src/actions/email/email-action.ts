import type { Account } from '../../core/account.js';
import type { Action, ActionResult } from '../../core/action.js';
import type { AlertEvent } from '../../core/alert.js';
import type { Clock } from '../../core/clock.js';
import { describe, Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail, SendResult } from '../../core/mail.js';
import { classifyReply } from '../../core/refusals/classify-reply.js';
import type { EmailActionSettings } from '../../core/settings.js';
import type { Collection, History } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { TokenSource } from '../../core/token.js';
import { shortHash } from '../short-hash.js';
import { composeMail, type ReplyInvitation } from './compose-mail.js';
import { replyFacts } from './reply-facts.js';
import { tellTemplate } from './tell-template.js';
import { openTemplates } from './templates.js';
import { createWaysOut, type WayOut } from './ways-out.js';

/** What an email action needs. */
export interface EmailActionSetup {
  readonly settings: EmailActionSettings;
  /** What sends, and what sends where that cannot. */
  readonly primary: WayOut;
  readonly backup?: WayOut | undefined;
  readonly tokens: TokenSource;
  /** The composed mails of all email actions. */
  readonly mails: Collection<ComposedMail>;
  /** What makes a reply acknowledge; absent where replies are not read. */
  readonly invitation?: ReplyInvitation | undefined;
  readonly systemErrors: SystemErrors;
  readonly history: History;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
}

type Deferred = NonNullable<ActionResult['deferred']>;

const dayMs = 86_400_000;
/** After a mail was refused as it is, there is no hurry: nothing changes until somebody acts. */
const rejectedRetryMs = 15 * 60_000;

/**
 * Tells people of alerts by mail.
 *
 * The first mail about an alert is named by action and alert, each later one by action and first event: a
 * retry, also after a restart, finds the mail that was composed and sends its bytes to those who do not have
 * it yet. Nothing is composed while no account can send; then all events that came meanwhile make one
 * mail. Events that came after a mail was composed make the next mail of its thread, when that one is settled.
 * A mail is settled when the server accepted or rejected each recipient; people are told of the rejected ones.
 */
export function createEmailAction(setup: EmailActionSetup): Action {
  const { settings, primary, mails, systemErrors, history, clock, log } = setup;
  const ways = createWaysOut({ ...setup, action: settings.name });
  const templates = openTemplates({
    folder: settings.templates,
    onTrouble: (fault) => tellTemplate(fault, systemErrors),
  });
  /** Mails whose last statuses could not be written: what the server took must not be sent again. */
  const unwritten = new Map<string, ComposedMail>();

  /**
   * The names in the collection: looking for a mail that is not there is what happens most. Read anew each day,
   * so that it does not hold the names of all mails that ever were.
   */
  let names: Promise<Set<string>> | undefined;
  let namesUntil = clock.now();
  const readNames = async () => new Set(await mails.names());

  const find = async (id: string): Promise<ComposedMail | undefined> => {
    const now = clock.now();
    if (now >= namesUntil) names = undefined;
    if (names === undefined) {
      namesUntil = new Date(now.getTime() + dayMs);
      names = readNames().catch((thrown: unknown) => {
        names = undefined;
        throw thrown;
      });
    }
    return (await names).has(id) ? (unwritten.get(id) ?? mails.get(id)) : undefined;
  };

  const write = async (mail: ComposedMail) => {
    unwritten.set(mail.id, mail);
    await mails.put(mail.id, mail);
    unwritten.delete(mail.id);
  };

  /** Where the mail that tells of an event stands, that mail if it was composed, and the first of its thread. */
  const place = async ({ id: eventId, alert }: AlertEvent) => {
    const threadId = shortHash(13, 'thread', settings.name, alert.id);
    const thread = await find(threadId);
    if (!thread || thread.eventIds.includes(eventId))
      return { id: threadId, mail: thread, thread: undefined };
    const id = shortHash(13, 'event', settings.name, eventId);
    const mail = await find(id);
    return { id, thread, mail: mail?.eventIds.includes(eventId) ? mail : undefined };
  };

  const compose = async (
    id: string,
    thread: ComposedMail | undefined,
    events: readonly [AlertEvent, ...AlertEvent[]],
  ): Promise<ComposedMail> => {
    const { invitation, timeZone } = setup;
    const { account } = primary;
    const plan = { id, action: settings.name, to: settings.to, account, events, thread, invitation };
    const mail = await composeMail({ ...plan, templates, timeZone, now: clock.now() });
    await mails.put(id, mail);
    (await names)?.add(id);
    return mail;
  };

  const tellRejected = async (mail: ComposedMail, fault: Fault) => {
    const rejected = namesOf(mail, 'rejected');
    const replies = rejected.map((name) => `${name}: ${mail.recipients[name]?.reply ?? ''}`);
    await systemErrors.raise({
      code: 'SMTP_REJECTED',
      subject: settings.name,
      severity: namesOf(mail, 'accepted').length === 0 ? 'critical' : 'warning',
      message:
        rejected.length === 0
          ? fault.message
          : `The mail server does not take mail of the action ${settings.name} for ${replies.join('; ')}`,
      remedy: fault.remedy,
    });
  };

  const settle = async (sent: ComposedMail, account: Account): Promise<Deferred | undefined> => {
    const by = (status: SendStatus) => namesOf(sent, status);
    const facts = { action: sent.action, account: account.name, mail: sent.id, subject: sent.subject };
    await history
      .append({
        ...{ at: clock.now(), kind: 'sent', ...facts, alertIds: sent.alertIds },
        ...{ accepted: by('accepted'), deferred: by('deferred'), rejected: by('rejected') },
      })
      .catch((thrown: unknown) =>
        log.warn({ detail: describe(thrown) }, 'The history could not be written.'),
      );
    if (by('rejected').length > 0) await tellRejected(sent, refusal(account, sent, 'rejected'));
    else if (by('deferred').length === 0) await clearRejected();
    return by('deferred').length > 0 ? { fault: refusal(account, sent, 'deferred') } : undefined;
  };

  const clearRejected = async () => {
    const stands = systemErrors
      .list()
      .some(({ code, subject }) => code === 'SMTP_REJECTED' && subject === settings.name);
    if (stands) await systemErrors.clear('SMTP_REJECTED', settings.name);
  };

  /** Sends a mail to those who do not have it; undefined when it is settled. */
  const deliver = async (mail: ComposedMail, signal: AbortSignal): Promise<Deferred | undefined> => {
    if (unwritten.has(mail.id)) await write(mail);
    const open = openRecipients(mail);
    if (open.length === 0) return undefined;
    let sent = mail;
    try {
      const outcome = await ways.send(mail, open, signal, (result) => {
        sent = withResult(mail, result);
        return write(sent);
      });
      return 'deferred' in outcome ? outcome.deferred : await settle(sent, outcome.sentBy);
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'SMTP_REJECTED') throw thrown;
      await tellRejected(mail, thrown);
      return { fault: thrown, retryAt: new Date(clock.now().getTime() + rejectedRetryMs) };
    }
  };

  return {
    name: settings.name,
    async execute(events, signal) {
      const done: string[] = [];
      for (;;) {
        const [first, ...others] = events.filter(({ id }) => !done.includes(id));
        if (!first) return { done };
        const { id, thread, mail: composed } = await place(first);
        const blocked =
          composed && openRecipients(composed).length === 0 ? undefined : await ways.blocked(signal);
        if (blocked) return { done, deferred: blocked };
        const mail = composed ?? (await compose(id, thread, [first, ...others]));
        const deferred = await deliver(mail, signal);
        if (deferred) return { done, deferred };
        done.push(...mail.eventIds);
      }
    },
    close: ways.close,
  };
}

type SendStatus = SendResult['recipients'][string]['status'];

function namesOf(mail: ComposedMail, status: SendStatus): readonly string[] {
  return Object.keys(mail.recipients).filter((name) => mail.recipients[name]?.status === status);
}

function withResult(mail: ComposedMail, { recipients, serverMessageId }: SendResult): ComposedMail {
  return {
    ...mail,
    recipients: { ...mail.recipients, ...recipients },
    ...(serverMessageId ? { serverMessageId } : {}),
  };
}

function openRecipients(mail: ComposedMail): readonly string[] {
  return [...namesOf(mail, 'pending'), ...namesOf(mail, 'deferred')];
}

function refusal(account: Account, mail: ComposedMail, status: 'rejected' | 'deferred'): Fault {
  const [name = ''] = namesOf(mail, status);
  const reply = mail.recipients[name]?.reply ?? '';
  return new Fault(status === 'rejected' ? 'SMTP_REJECTED' : 'SMTP_DEFERRED', {
    ...replyFacts(account, classifyReply('smtp', reply)),
    reply: `${name}: ${reply}`,
  });
}
