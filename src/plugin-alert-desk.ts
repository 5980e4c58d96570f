import type { EmailAcknowledgement } from './ack/email-acknowledgement.js';
import { subjectWords } from './actions/email/subject-words.js';
import type { Outbox } from './actions/outbox.js';
import type { Pipeline } from './actions/pipeline.js';
import type { Acknowledgement, AcknowledgeOutcome } from './core/acknowledgement.js';
import type { AlertDesk, AlertTold, SaidOfAlerts } from './core/alert-desk.js';
import type { Clock } from './core/clock.js';
import { Fault } from './core/fault.js';
import type { Log } from './core/host.js';
import type { ComposedMail, RecipientStatus } from './core/mail.js';
import type { Settings } from './core/settings.js';
import type { Collection, History, HistoryEntry } from './core/store.js';
import type { RoutedAction } from './plugin-actions.js';
import type { Hiding } from './plugin-hiding.js';
import { joinTrail } from './plugin-trail.js';

/** What the desk of the alerts is made of. */
export interface AlertDeskParts {
  readonly settings: Pick<Settings, 'acknowledgement'>;
  readonly clock: Clock;
  readonly history: History;
  readonly mails: Pick<Collection<ComposedMail>, 'get'>;
  readonly hiding: Hiding;
  readonly log: Log;
  readonly pipeline: Pick<Pipeline, 'find' | 'get' | 'told'>;
  readonly outbox: Pick<Outbox, 'waits'>;
  readonly actions: readonly Pick<RoutedAction, 'action' | 'type'>[];
  /** Absent where no replies are read. */
  readonly watch: { readonly acknowledgement: Pick<EmailAcknowledgement, 'tellOthers'> } | undefined;
  readonly acknowledge: (acknowledgement: Acknowledgement) => Promise<AcknowledgeOutcome>;
}

type Recipients = Readonly<Record<string, RecipientStatus>>;

const dayMs = 86_400_000;
/** A person waits for the answer. */
const hostLimitMs = 20_000;
const mostSaid = 1_000;
const kinds = { acknowledge: 'acknowledged', unacknowledge: 'unacknowledged', comment: 'commented' } as const;

/** Puts together what the console shows of alerts, and what is said of them there. */
export function createAlertDesk(parts: AlertDeskParts): AlertDesk {
  const { settings, clock, history, mails, hiding, log, pipeline, outbox, actions, acknowledge, watch } =
    parts;
  const longestMs = settings.acknowledgement?.expires;
  const emails = actions.filter(({ type }) => type === 'email').map(({ action }) => action.name);
  /** What was said in this run, by its source: the same form again waits for the first one, and says nothing. */
  const said = new Map<string, Promise<AcknowledgeOutcome>>();

  const hidden = (recipients: Recipients): Recipients =>
    Object.fromEntries(Object.entries(recipients).map(([name, status]) => [name, hiding.facts(status)]));

  const toldOf = async (alertId: string): Promise<readonly AlertTold[]> => {
    const told = pipeline.told(alertId);
    const all = await Promise.all(
      actions.map(async ({ action }): Promise<AlertTold[]> => {
        const at = told.findLast((each) => each.action === action.name)?.at;
        const waits = outbox.waits(action.name, alertId);
        if (!at && !waits) return [];
        const mail = await action.thread?.(alertId);
        return [
          {
            ...{ action: action.name, waits, ...(at ? { at } : {}) },
            ...(mail ? { recipients: hidden(mail.recipients) } : {}),
          },
        ];
      }),
    );
    return all.flat();
  };

  async function take(words: SaidOfAlerts): Promise<AcknowledgeOutcome> {
    const { kind, alertIds, author, comment, durationMs = Infinity, source } = words;
    const at = clock.now();
    const forMs = Math.min(durationMs, longestMs ?? Infinity);
    const ends = kind === 'acknowledge' && forMs < Infinity;
    const until = ends ? { expiresAt: new Date(at.getTime() + forMs) } : {};
    const given = { kind, alertIds, author, comment, at, source, ...until };
    const outcome = await acknowledge(given).catch((thrown: unknown) => {
      throw hiding.fault(Fault.from(thrown, unavailable));
    });
    // As with a reply: those who were mailed of it need not look into it, too.
    const isNews = outcome === 'acknowledged' || outcome === 'duplicate';
    if (isNews) await watch?.acknowledgement.tellOthers(given).catch(alsoFailed('The others were not told'));
    const facts = { author, alertIds, comment, ...until, outcome, reason: 'said in the console' };
    // It is done by now: history has no say in that.
    await history
      .append({ at: clock.now(), kind: kinds[kind], ...facts })
      .catch(alsoFailed('The history does not have it'));
    return outcome;
  }

  const unavailable = (detail: string, cause?: unknown) =>
    new Fault('HOST_UNAVAILABLE', { monitor: 'of the host', detail }, cause);
  const alsoFailed = (what: string) => (thrown: unknown) =>
    log.warn({ err: thrown }, `${what} of what was said in the console`);

  /** What is said goes on when nobody waits for it any more. */
  async function inTime(taking: Promise<AcknowledgeOutcome>): Promise<AcknowledgeOutcome> {
    const over = new AbortController();
    const tooLate = clock
      .until(new Date(clock.now().getTime() + hostLimitMs), over.signal)
      .then(() => Promise.reject(unavailable(`no answer in ${hostLimitMs / 1_000} seconds`)));
    tooLate.catch(() => undefined);
    try {
      return await Promise.race([taking, tooLate]);
    } finally {
      over.abort();
    }
  }

  /** Whether it would take an alert from somebody whom its author did not know to have it. */
  function surprises({ kind, alertIds, author, knownOwners }: SaidOfAlerts): boolean {
    return alertIds.some((id) => {
      const { status, owner } = pipeline.get(id) ?? {};
      if (kind !== 'acknowledge' || status !== 'acknowledged' || !owner || owner.author === author)
        return false;
      return !knownOwners.some(({ alertId, at }) => alertId === id && at.getTime() === owner.at.getTime());
    });
  }

  return {
    ...(longestMs === undefined ? {} : { longestMs }),
    find: pipeline.find,
    get: pipeline.get,
    nameOf: subjectWords,

    async told(alertIds) {
      const all = await Promise.all(alertIds.map(async (id) => [id, await toldOf(id)] as const));
      return new Map(all);
    },

    async trail(alertId) {
      const startsAt = pipeline.get(alertId)?.startsAt;
      // The clock of a monitor need not be right; by days it is.
      const isKnown = startsAt && startsAt <= clock.now();
      const since = new Date(isKnown ? startsAt.getTime() - dayMs : 0);
      const found: HistoryEntry[] = [];
      for await (const entry of history.since(since, { texts: [alertId] }))
        if (isAbout(entry, alertId)) found.push(entry);
      return joinTrail(found, emails);
    },

    async recipients(mailId) {
      const mail = await mails.get(mailId);
      return mail && hidden(mail.recipients);
    },

    async say(words) {
      const before = said.get(words.source);
      if (before) return inTime(before.then((first) => (first === 'acknowledged' ? 'duplicate' : first)));
      if (surprises(words)) return 'taken-since';
      const taking = take(words);
      said.set(words.source, taking);
      taking.catch((thrown: unknown) => {
        said.delete(words.source);
        log.warn({ err: thrown }, 'What was said in the console was not taken');
      });
      const [oldest] = said.keys();
      if (said.size > mostSaid && oldest !== undefined) said.delete(oldest);
      return inTime(taking);
    },
  };
}

function isAbout({ alert, alertId: untold, alertIds }: HistoryEntry, alertId: string): boolean {
  return alert === alertId || untold === alertId || (Array.isArray(alertIds) && alertIds.includes(alertId));
}
