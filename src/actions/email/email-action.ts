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
import { composeDigest } from './compose-digest.js';
import { composeMail } from './compose-mail.js';
import type { DigestView } from './digest-view.js';
import { createMailBook, type Place } from './mail-book.js';
import type { ReplyInvitation } from './mail-plan.js';
import type { MailView } from './mail-view.js';
import { replyFacts } from './reply-facts.js';
import { tellTemplate } from './tell-template.js';
import { openTemplates } from './templates.js';
import { createWaysOut, type Trip, type WayOut } from './ways-out.js';

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

/** After a mail was refused as it is, there is no hurry: nothing changes until somebody acts. */
const rejectedRetryMs = 15 * 60_000;

/**
 * Tells people of alerts by mail: of each alone, or of several in one mail where the account's budget is short.
 *
 * A retry, also after a restart, finds the mail that was composed and sends its bytes to those who do not have it
 * yet. Nothing is composed while no account can send; then all events that came meanwhile make one mail. Events that
 * came after a mail was composed make the next mail of its thread, when that one is settled. A mail is settled when
 * the server accepted or rejected each recipient; people are told of the rejected ones.
 */
export function createEmailAction(setup: EmailActionSetup): Action {
  const { settings, primary, systemErrors, history, clock, log } = setup;
  const ways = createWaysOut({ ...setup, action: settings.name });
  const book = createMailBook(settings.name, setup.mails, clock);
  const own = {
    folder: settings.templates,
    onTrouble: (fault: Fault) => tellTemplate(fault, systemErrors),
  };
  const templates = openTemplates<MailView>(own);
  const digestTemplates = openTemplates<DigestView>({ ...own, prefix: 'digest-' });
  /** One mail may tell of what several calls ask for. */
  const delivering = new Map<string, Promise<Deferred | undefined>>();

  const compose = async (place: Place, events: readonly [AlertEvent, ...AlertEvent[]]) => {
    const { invitation, timeZone } = setup;
    const { account } = primary;
    const common = {
      action: settings.name,
      to: settings.to,
      cc: settings.cc,
      account,
      invitation,
      timeZone,
      now: clock.now(),
    };
    const joined = await joinable(events);
    const mail = joined
      ? await composeDigest({ ...common, id: book.digestId(joined), events: joined }, digestTemplates)
      : await composeMail(
          { ...common, id: place.id, events: ofOneAlert(events), thread: place.thread },
          templates,
        );
    await book.add(mail);
    return mail;
  };
  /** The events that one mail can tell of, where they are of more than one alert. */
  const joinable = async (events: readonly [AlertEvent, ...AlertEvent[]]) => {
    const [first] = events;
    const alerts = new Map<string, AlertEvent>();
    for (const event of events) if (!alerts.has(event.alert.id)) alerts.set(event.alert.id, event);
    if (alerts.size === 1 || isOwn(first)) return undefined;
    const places = await Promise.all(
      [...alerts.values()].map(async (event) => ({ event, place: await book.place(event) })),
    );
    const free = new Set(
      places.flatMap(({ event, place }) => (place.mail || isOwn(event) ? [] : [event.alert.id])),
    );
    const [head, ...others] = events.filter(({ alert }) => free.has(alert.id));
    return head && free.size > 1 ? ([head, ...others] as const) : undefined;
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

  const settle = async (
    sent: ComposedMail,
    tried: readonly string[],
    account: Account,
  ): Promise<Deferred | undefined> => {
    const by = (status: SendStatus) => namesOf(sent, status);
    const now = (status: SendStatus) => by(status).filter((name) => tried.includes(name));
    const facts = { action: sent.action, account: account.name, mail: sent.id, subject: sent.subject };
    await history
      .append({
        ...{ at: clock.now(), kind: 'sent', ...facts, alertIds: sent.alertIds },
        ...{ accepted: now('accepted'), deferred: now('deferred'), rejected: now('rejected') },
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
  const send = async (mail: ComposedMail, trip: Trip, signal: AbortSignal): Promise<Deferred | undefined> => {
    if (book.isUnwritten(mail)) await book.write(mail);
    const open = openRecipients(mail);
    if (open.length === 0) return undefined;
    let sent = mail;
    try {
      const outcome = await trip.send(mail, open, signal, (result) => {
        sent = withResult(mail, result);
        return book.write(sent);
      });
      return 'deferred' in outcome ? outcome.deferred : await settle(sent, open, outcome.sentBy);
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'SMTP_REJECTED') throw thrown;
      await tellRejected(mail, thrown);
      return { fault: thrown, retryAt: new Date(clock.now().getTime() + rejectedRetryMs) };
    }
  };
  const deliver = (mail: ComposedMail, trip: Trip, signal: AbortSignal) => {
    const latest = async () => (mail.alertIds.length > 1 ? ((await book.get(mail.id)) ?? mail) : mail);
    const running =
      delivering.get(mail.id) ??
      latest()
        .then((newest) => send(newest, trip, signal))
        .finally(() => delivering.delete(mail.id));
    delivering.set(mail.id, running);
    return running;
  };

  return {
    name: settings.name,
    pace: ways.pace,
    async execute(events, signal) {
      const done = new Set<string>();
      const trip = ways.begin();
      try {
        for (;;) {
          const [first, ...others] = events.filter(({ id }) => !done.has(id));
          if (!first) return { done: [...done] };
          const place = await book.place(first);
          const isSettled = place.mail && openRecipients(place.mail).length === 0;
          const blocked = isSettled ? undefined : await trip.blocked(signal);
          if (blocked) return { done: [...done], deferred: blocked };
          const mail = place.mail ?? (await compose(place, [first, ...others]));
          const deferred = await deliver(mail, trip, signal);
          if (deferred) return { done: [...done], deferred };
          for (const id of mail.eventIds) done.add(id);
        }
      } finally {
        trip.end();
      }
    },
    async recipients(event) {
      const { mail } = await book.place(event);
      const everybody = [...settings.to, ...settings.cc];
      return mail?.recipients ?? Object.fromEntries(everybody.map((to) => [to, { status: 'pending' }]));
    },
    close: ways.close,
  };
}

/** The events of the first one's alert. */
function ofOneAlert([first, ...others]: readonly [AlertEvent, ...AlertEvent[]]) {
  return [first, ...others.filter(({ alert }) => alert.id === first.alert.id)] as const;
}

/** Whether it tells of Ackmail itself: nobody acknowledges that, and its URL must stand on top. */
function isOwn({ alert }: AlertEvent): boolean {
  return alert.source === 'ackmail';
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
