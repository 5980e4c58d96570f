import type { Action, ActionResult } from '../../core/action.js';
import type { AlertEvent } from '../../core/alert.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail, SendResult } from '../../core/mail.js';
import { ownSource } from '../../core/own-source.js';
import type { EmailActionSettings } from '../../core/settings.js';
import type { Collection, History } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import { composeDigest } from './compose-digest.js';
import { composeMail } from './compose-mail.js';
import type { DigestView } from './digest-view.js';
import { createMailBook, type Place } from './mail-book.js';
import type { ReplyInvitation } from './mail-plan.js';
import { mailRecipients } from './mail-recipients.js';
import { createMailSettlement } from './mail-settlement.js';
import type { MailView } from './mail-view.js';
import { passOver } from './pass-over.js';
import { tellTemplate } from './tell-template.js';
import { openTemplates } from './templates.js';
import { createWaysOut, type Trip, type WayOut } from './ways-out.js';

/** What an email action needs. */
export interface EmailActionSetup {
  readonly settings: EmailActionSettings;
  /** What sends, and what sends where that cannot. */
  readonly primary: WayOut;
  readonly backup?: WayOut | undefined;
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

/**
 * Tells people of alerts by mail: of each alone, or of several in one mail where the account's budget is short.
 *
 * A retry, also after a restart, finds the mail that was composed and sends its bytes to those who do not have it
 * yet. Nothing is composed while no account can send; then all events that came meanwhile make one mail. Events that
 * came after a mail was composed make the next mail of its thread, when that one is settled. A mail is settled when
 * the server accepted or rejected each recipient; people are told of the rejected ones.
 */
export function createEmailAction(setup: EmailActionSetup): Action {
  const { settings, primary, systemErrors, clock } = setup;
  const ways = createWaysOut({ ...setup, action: settings.name });
  const settlement = createMailSettlement({ ...setup, action: settings.name });
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

  /**
   * Sends a mail to those who do not have it, in as many transactions as the server asks for; undefined when it is
   * settled.
   */
  const send = async (mail: ComposedMail, trip: Trip, signal: AbortSignal): Promise<Deferred | undefined> => {
    if (book.isUnwritten(mail)) await book.write(mail);
    let sent = mail;
    let deferred: Deferred | undefined;
    for (let open = openRecipients(mail); open.length > 0; ) {
      let tried: readonly string[] = [];
      try {
        const outcome = await trip.send(mail, open, signal, (result) => {
          tried = Object.keys(result.recipients);
          sent = passOver(withResult(sent, result), clock.now());
          return book.write(sent);
        });
        if ('deferred' in outcome) {
          if (outcome.ownSince) await settlement.putOff(sent, outcome.deferred.fault, outcome.ownSince);
          return outcome.deferred;
        }
        deferred = await settlement.settle(sent, tried, outcome.sentBy);
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.code !== 'SMTP_REJECTED') throw thrown;
        return settlement.refused(sent, thrown);
      }
      open = open.filter((name) => !tried.includes(name));
    }
    return deferred;
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
          const blocked = isSettled ? undefined : await trip.blocked(signal, place.id);
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
    thread: book.thread,
    bounced: book.bounced,
    close: ways.close,
  };
}

/** The events of the first one's alert. */
function ofOneAlert([first, ...others]: readonly [AlertEvent, ...AlertEvent[]]) {
  return [first, ...others.filter(({ alert }) => alert.id === first.alert.id)] as const;
}

/** Whether it tells of Ackmail itself: nobody acknowledges that, and its URL must stand on top. */
function isOwn({ alert }: AlertEvent): boolean {
  return alert.source === ownSource;
}

function withResult(mail: ComposedMail, { recipients, serverMessageId }: SendResult): ComposedMail {
  return {
    ...mail,
    recipients: { ...mail.recipients, ...recipients },
    ...(serverMessageId ? { serverMessageId } : {}),
  };
}

function openRecipients(mail: ComposedMail): readonly string[] {
  return mailRecipients(mail, 'pending', 'deferred');
}
