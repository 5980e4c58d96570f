import { join } from 'node:path';
import { shortHash } from '../src/actions/short-hash.js';
import type { HistoryEntry } from '../src/core/store.js';
import { createFolder } from '../src/store/folder.js';
import { createHistoryLog } from '../src/store/history-log.js';

/** What history is to be made. */
export interface SeedSetup {
  readonly dataDir: string;
  /** When the history ends. */
  readonly now: Date;
  /** How many days it goes back. Default: 90. */
  readonly days?: number;
  /** Default: 1,000. */
  readonly alertsADay?: number;
}

/** One alert that the history tells of. */
export interface SeededAlert {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly source: string;
  readonly severity: string;
  readonly startsAt: Date;
}

/** What stands in the history now. */
export interface SeededHistory {
  readonly entries: number;
  /** The first alert of each day, the oldest first. */
  readonly firsts: readonly SeededAlert[];
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
const sources = ['prod', 'staging', 'icinga'];
const severities = ['critical', 'warning', 'warning', 'warning', 'info'];
const checks = ['DiskWillFillIn4Hours', 'HighErrorRate', 'CertificateEndsSoon', 'InstanceDown', 'QueueGrows'];
const people = ['anna@example.com', 'ben@example.com', 'carla@example.com', 'ops@example.com'];

/**
 * Writes a history as Ackmail itself writes it, by the same code: of each alert that it fired, was mailed, told and
 * resolved; of two in three that somebody replied to the mail, was answered, and in how long; of some that nobody
 * did, that the mail was put off, refused or came back, that it was repeated, or that an acknowledgement ran out.
 * The same setup makes the same history.
 */
export async function seedHistory(setup: SeedSetup): Promise<SeededHistory> {
  const { dataDir, now, days = 90, alertsADay = 1_000 } = setup;
  const log = createHistoryLog(createFolder(join(dataDir, 'history')));
  const firsts: SeededAlert[] = [];
  let count = 0;
  for (let day = days; day >= 0; day -= 1) {
    const midnightMs = Math.floor(now.getTime() / dayMs) * dayMs - day * dayMs;
    const entries: HistoryEntry[] = [...troublesOf(midnightMs)];
    for (let index = 0; index < alertsADay; index += 1) {
      const alert = alertOf(midnightMs, index, alertsADay);
      if (index === 0) firsts.push(alert);
      entries.push(...lifeOf(alert, index + day));
    }
    // A day ends as it began: nothing of it stands in the file of the next.
    const past = entries.filter(({ at }) => at <= now && at.getTime() < midnightMs + dayMs);
    past.sort((a, b) => a.at.getTime() - b.at.getTime());
    await Promise.all(past.map(log.append));
    count += past.length;
  }
  log.close();
  return { entries: count, firsts };
}

function alertOf(midnightMs: number, index: number, alertsADay: number): SeededAlert {
  const startsAt = new Date(midnightMs + Math.floor(((dayMs - 3_600_000) * index) / alertsADay));
  const host = `db${index % 400}.example.com`;
  const check = of(checks, index);
  const source = of(sources, index >> 2);
  const fingerprint = `${source}/${shortHash(16, check, host)}`;
  return {
    ...{ id: shortHash(13, fingerprint, startsAt.toISOString()), name: `${check} on ${host}` },
    ...{ fingerprint, source, severity: of(severities, index), startsAt },
  };
}

/** What is noted of one alert; `luck` says how it went. */
function lifeOf(alert: SeededAlert, luck: number): readonly HistoryEntry[] {
  const { id, name, fingerprint, source, severity } = alert;
  const at = (minutes: number) => new Date(alert.startsAt.getTime() + Math.floor(minutes * minuteMs));
  const facts = { name, alert: id, fingerprint, source, severity };
  const own = (kind: string, minutes: number, more = {}) => ({ at: at(minutes), kind, ...facts, ...more });
  const about = { action: 'ops', account: 'alerts', alertIds: [id] };
  const mailed = (event: string, minutes: number): HistoryEntry[] => {
    const mail = shortHash(13, event, id);
    const subject = `[${event}] ${name} [#${shortHash(8, mail)}]`;
    const missed = luck % 97 === 0 ? ['carla@example.com'] : [];
    const putOff = luck % 41 === 0 ? ['ben@example.com'] : [];
    const { alertIds, ...facts } = about;
    const sent = { kind: 'sent', ...facts, mail, subject, alertIds };
    const accepted = people.filter((name) => !missed.includes(name) && !putOff.includes(name));
    const bounced = { account: 'alerts', action: 'ops', mail, subject, alertIds };
    const detail = 'anna@example.com: 550 5.1.1 There is no such mailbox';
    return [
      { at: at(minutes), ...sent, accepted, deferred: putOff, rejected: missed },
      ...(putOff.length > 0
        ? [{ at: at(minutes + 5), ...sent, accepted: putOff, deferred: [], rejected: [] }]
        : []),
      {
        ...{ at: at(minutes + 0.02), kind: 'told', action: 'ops' },
        ...{ eventIds: [shortHash(26, event, id)], alertIds, names: [name] },
      },
      ...(luck % 211 === 0
        ? [{ at: at(minutes + 1), kind: 'bounced', ...bounced, missed: ['anna@example.com'], detail }]
        : []),
    ];
  };
  const acknowledged = (): HistoryEntry[] => {
    const author = of(people, luck);
    // Most within minutes, some after an hour.
    const minutes = 1 + ((luck * 7) % 13) + (luck % 11 === 0 ? 60 : 0);
    const comment = luck % 2 === 0 ? 'ack, I look into it' : '';
    const mail = shortHash(13, 'FIRING', id);
    const said = { author, alertIds: [id], comment, expiresAt: at(minutes + 480).toISOString() };
    const source = shortHash(26, 'reply', id);
    const subject = `[FIRING] ${name} [#${shortHash(8, mail)}]`;
    const answered = { account: 'alerts', about: 'confirmation', mail, subject, alertIds: [id] };
    return [
      own('acknowledged', minutes, { author, comment, acknowledgement: source }),
      {
        ...{
          at: at(minutes + 0.01),
          kind: 'acknowledged',
          account: 'alerts',
          ...said,
          outcome: 'acknowledged',
        },
        ...{ reason: 'a bare reply', mail, position: `INBOX:1:${luck}`, replyKey: source },
      },
      { at: at(minutes + 0.2), kind: 'answered', ...answered, accepted: [author], rejected: [] },
    ];
  };
  return [
    own('fired', 0),
    ...mailed('FIRING', 0.05),
    ...(luck % 3 === 0 ? [] : acknowledged()),
    ...(luck % 23 === 0 ? [own('repeated', 35), ...mailed('STILL FIRING', 35.1)] : []),
    ...(luck % 29 === 0 ? [own('expired', 40, { author: of(people, luck) })] : []),
    ...(luck % 50 === 49 ? [] : [own('resolved', 50 + (luck % 9)), ...mailed('RESOLVED', 50.1 + (luck % 9))]),
  ];
}

/** What goes wrong on every day: a system error that stands for a while, and replies of strangers. */
function troublesOf(midnightMs: number): readonly HistoryEntry[] {
  const since = new Date(midnightMs + 3 * 3_600_000);
  const trouble = {
    ...{ code: 'SMTP_UNAVAILABLE', subject: 'alerts', severity: 'critical' },
    ...{ message: 'The mail server of the account alerts cannot be reached: connection refused.' },
    since: since.toISOString(),
  };
  const refused = Array.from({ length: 10 }, (_, index) => ({
    ...{ at: new Date(since.getTime() + index * 7 * minuteMs), kind: 'refused', account: 'alerts' },
    ...{ author: 'stranger@example.net', refusal: 'stranger', reason: 'the sender may not acknowledge' },
    ...{ mail: shortHash(13, `${midnightMs}`, `${index}`), position: `INBOX:1:${index}` },
    replyKey: shortHash(26, `${midnightMs}`, `${index}`),
  }));
  return [
    { at: since, kind: 'raised', ...trouble, count: 1 },
    { at: new Date(since.getTime() + 20 * minuteMs), kind: 'cleared', ...trouble, count: 12 },
    ...refused,
  ];
}

function of<T>(values: readonly [T, ...T[]] | readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new RangeError('There is nothing to choose from.');
  return value;
}
