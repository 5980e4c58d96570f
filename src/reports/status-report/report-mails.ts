import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.js';
import { describe } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail, RecipientStatus } from '../../core/mail.js';
import type { ReportTransport } from '../../core/report-mail.js';
import type { ReportSettings } from '../../core/settings.js';
import type { StatusReports } from '../../core/status-report.js';
import type { Collection, History } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import { reportHtml } from './report-html.js';
import { reportSchedule } from './report-schedule.js';
import type { ReportState } from './report-state.js';
import { reportSubject } from './report-subject.js';
import { reportText } from './report-text.js';

// How a report gets to people, once, over restarts, changed clocks and servers that are down:
//
// 1. Due is what the schedule says behind the moment until which the last report tells. The first start begins there,
//    and sends nothing. After a time without Ackmail one report tells of all of it.
// 2. The mail is composed and on disk, with the moment until which it tells, before any of it leaves. A crash before
//    makes it anew; a crash after sends the same message to those who do not have it on record.
// 3. It leaves while nothing of an account's rate is in use, and is tried again until everybody has it or was refused.
// 4. When the next one is due, it is given up; that one begins where this one did, if nobody got it.
// 5. That it is over is on disk before the history says what became of it, and stays there until it has: so that is said
//    once, and a crash in between can only say it twice.

/** What mailing reports needs. */
export interface ReportMailsSetup {
  readonly settings: ReportSettings;
  readonly reports: StatusReports;
  /** The collection `reports`, of which one document is used: `last`. */
  readonly document: Collection<ReportState>;
  readonly transport: ReportTransport;
  readonly systemErrors: SystemErrors;
  readonly history: History;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
}

const dayMs = 86_400_000;
const longestSpanMs = 92 * dayMs;
const firstWaitMs = 30_000;
const longestWaitMs = 15 * 60_000;
const stopLimitMs = 3_000;
const subject = 'report';

/** Makes what mails reports as the settings say. */
export function createReportMails(setup: ReportMailsSetup): { start(signal: AbortSignal): Promise<void> } {
  const { settings, reports, document, transport, systemErrors, history, timeZone, clock, log } = setup;
  const schedule = reportSchedule(settings, timeZone);
  const periodMs = settings.every === 'day' ? dayMs : 7 * dayMs;
  const put = async (state: ReportState): Promise<ReportState> => {
    await document.put('last', state);
    return state;
  };

  const begin = async (): Promise<ReportState> => {
    const state = await document.get('last');
    return state ?? put({ until: schedule.lastAt(clock.now()) });
  };

  /** A clock that was ahead for long must not keep reports from leaving for as long. */
  const keepUp = async (state: ReportState): Promise<ReportState> => {
    const now = clock.now();
    if (state.until.getTime() <= now.getTime() + 2 * periodMs) return state;
    const over = state.open && { mail: state.open.mail, reason: 'the clock was set back' };
    return put({ until: schedule.lastAt(now), ...(over ? { over } : {}) });
  };

  const compose = async (before: ReportState): Promise<ReportState> => {
    const to = schedule.lastAt(clock.now());
    const isUnread = before.open && namesOf(before.open.mail, 'accepted').length === 0;
    const since = isUnread && before.open ? before.open.from : before.until;
    const from = new Date(Math.max(since.getTime(), to.getTime() - longestSpanMs));
    const report = await reports.make({ from, to });
    const mail = transport.compose({
      ...{ id: randomUUID().replaceAll('-', ''), to: settings.to, at: clock.now() },
      ...{ subject: reportSubject(report), text: reportText(report), html: reportHtml(report) },
    });
    const over = before.open && { mail: before.open.mail, reason: 'the next one was due' };
    return put({ until: to, open: { from, mail }, ...(over ? { over } : {}) });
  };

  let told: string | undefined;
  /** Says what became of the one that is over; answers the state that is on disk then. */
  const tell = async (state: ReportState): Promise<ReportState> => {
    const { over, ...rest } = state;
    if (!over) return state;
    // The disk may have failed behind that.
    if (told !== over.mail.id) await close(over);
    told = over.mail.id;
    return put(rest);
  };

  /** Puts into the history what became of one; that it cannot be written changes nothing. */
  async function close({ mail, reason }: NonNullable<ReportState['over']>): Promise<void> {
    const [accepted, rejected] = [namesOf(mail, 'accepted'), namesOf(mail, 'rejected')];
    const kind = accepted.length > 0 ? 'reported' : 'not-reported';
    const facts = { account: mail.account, subject: mail.subject, accepted, rejected };
    const said = rejected.map((name) => `${name}: ${mail.recipients[name]?.reply ?? ''}`).join('; ');
    if (rejected.length === 0) await systemErrors.clear('SMTP_REJECTED', subject);
    else
      await systemErrors.raise({
        ...{ code: 'SMTP_REJECTED', subject, severity: 'warning' },
        message: `The mail "${mail.subject}" did not reach ${said}`,
        remedy: 'Correct `report.to` in the settings, or have those mailboxes take mail again.',
      });
    await history
      .append({ at: clock.now(), kind, ...facts, ...(reason === undefined ? {} : { reason }) })
      .catch((thrown: unknown) => log.warn({ detail: describe(thrown) }, 'History could not be written.'));
    if (accepted.length === 0) log.warn(facts, `A report reached nobody${reason ? `: ${reason}` : ''}.`);
  }

  /** Hands the mail over to those who do not have it; answers the state that is on disk then. */
  const send = async (
    state: ReportState,
    open: NonNullable<ReportState['open']>,
    signal: AbortSignal,
  ): Promise<ReportState> => {
    let latest = state;
    let { mail } = open;
    const wanted = namesOf(mail, 'pending', 'deferred');
    if (wanted.length > 0)
      await transport.send(mail, wanted, signal, async ({ recipients }) => {
        mail = { ...mail, recipients: { ...mail.recipients, ...recipients } };
        latest = await put({ ...latest, open: { ...open, mail } });
      });
    if (namesOf(mail, 'pending', 'deferred').length > 0) return latest;
    return put({ until: latest.until, over: { mail } });
  };

  return {
    async start(signal) {
      const ending = new AbortController();
      const stopping = () => {
        const atMs = clock.now().getTime() + stopLimitMs;
        void clock.until(new Date(atMs), ending.signal).then(() => ending.abort());
      };
      signal.addEventListener('abort', stopping, { once: true });
      try {
        await run(signal, ending.signal);
      } finally {
        signal.removeEventListener('abort', stopping);
        ending.abort();
      }
    },
  };

  /** `ending` ends what is under way at a stop: the server may have it, and its answer is still to come. */
  async function run(signal: AbortSignal, ending: AbortSignal): Promise<void> {
    let state: ReportState | undefined;
    let waitMs = firstWaitMs;
    // The clock may be set meanwhile.
    const wait = (untilMs: number) =>
      clock.until(new Date(Math.min(untilMs, clock.now().getTime() + longestWaitMs)), signal);
    while (!signal.aborted) {
      try {
        state = await tell(await keepUp(await tell(state ?? (await begin()))));
        const nowMs = clock.now().getTime();
        const dueMs = schedule.nextAt(state.until).getTime();
        if (dueMs <= nowMs) {
          state = await tell(await compose(state));
          waitMs = firstWaitMs;
        }
        const roomMs = transport.roomAt().getTime();
        if (!state.open) await wait(schedule.nextAt(state.until).getTime());
        else if (roomMs > nowMs) await wait(roomMs);
        else {
          const before = namesOf(state.open.mail, 'accepted', 'rejected').length;
          state = await tell(await send(state, state.open, ending));
          const after = state.open ? namesOf(state.open.mail, 'accepted', 'rejected').length : 0;
          if (!state.open || after > before) continue;
          throw new Error(whyNot(state.open.mail));
        }
      } catch (thrown) {
        if (signal.aborted) return;
        log.info({ detail: describe(thrown) }, 'A report waits.');
        // What is on disk counts.
        state = undefined;
        await wait(clock.now().getTime() + waitMs);
        waitMs = Math.min(waitMs * 2, longestWaitMs);
      }
    }
  }
}

function namesOf(
  { recipients }: ComposedMail,
  ...wanted: readonly RecipientStatus['status'][]
): readonly string[] {
  return Object.entries(recipients).flatMap(([name, { status }]) => (wanted.includes(status) ? [name] : []));
}

function whyNot(mail: ComposedMail): string {
  const [name = ''] = namesOf(mail, 'deferred', 'pending');
  return `${name}: ${mail.recipients[name]?.reply ?? 'no reply'}`;
}
