import { formatDuration } from '../../core/duration.js';
import { formatTime } from '../../core/format-time.js';
import type { ReportSection } from '../../core/report-section.js';
import type { DeliveryCount, FiredCount, StatusReport } from '../../core/status-report.js';
import { daysSection } from './days-section.js';
import { grouped } from './grouped.js';
import { replyWords } from './reply-words.js';
import { shortTime } from './short-time.js';

const mostRows = 20;
const deliveryColumns = [
  { what: 'mails', title: 'Mails', always: true },
  { what: 'accepted', title: 'Accepted', always: true },
  { what: 'deferred', title: 'Deferred', always: false },
  { what: 'rejected', title: 'Rejected', always: false },
  { what: 'bounced', title: 'Bounced', always: false },
  { what: 'givenUp', title: 'Given up', always: false },
  { what: 'dropped', title: 'Dropped', always: false },
] as const;

/** Everything that a report says below its system errors, in words; the first section has the figures of all. */
export function reportSections(report: StatusReport): readonly ReportSection[] {
  const { alerts, acknowledgement } = report;
  return [
    summary(report),
    firedSection('Alerts by severity', 'Severity', alerts.bySeverity),
    firedSection('Alerts by source', 'Source', alerts.bySource),
    ...(acknowledgement.count > 0 || alerts.fired > 0 ? [daysSection(report), authors(report)] : []),
    unacknowledged(report),
    delivery(report),
    replies(report),
    ending(report),
  ].filter(({ sentences, table }) => sentences.length > 0 || table !== undefined);
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

function summary(report: StatusReport): ReportSection {
  const { alerts, acknowledgement, unacknowledged: left, historyFrom, from, timeZone } = report;
  const { medianMs, percentile90Ms, earlier } = acknowledgement;
  const raised = report.systemErrorsRaised;
  return {
    title: 'In short',
    sentences: [
      ...(historyFrom === undefined ? ['Nothing is on record yet.'] : []),
      ...(historyFrom && historyFrom > from
        ? [`What happened before ${formatTime(historyFrom, timeZone)} is not on record.`]
        : []),
      alerts.fired === 0
        ? 'No alert fired.'
        : `${counted(alerts.fired, 'alert')} fired; ${grouped(acknowledgement.count)} of them acknowledged${share(acknowledgement.count, alerts.fired)}, ${grouped(left.count)} not${stillFiring(left)}.`,
      ...(medianMs === undefined || percentile90Ms === undefined
        ? []
        : [
            `Half were acknowledged within ${formatDuration(medianMs)}, 90 % within ${formatDuration(percentile90Ms)}.`,
          ]),
      ...(earlier > 0
        ? [
            `${counted(earlier, 'alert')} that fired before then ${earlier === 1 ? 'was' : 'were'} acknowledged, too.`,
          ]
        : []),
      ...(raised > 0 ? [`${counted(raised, 'system error')} began to stand.`] : []),
    ],
  };
}

function stillFiring({ count, firing }: StatusReport['unacknowledged']): string {
  if (count === 0) return '';
  if (firing === 0) return ', none of which fires now';
  return `, of which ${firing === 1 ? '1 fires' : `${grouped(firing)} fire`} now`;
}

function share(part: number, all: number): string {
  return all === 0 ? '' : ` (${Math.round((part / all) * 100)} %)`;
}

function firedSection(title: string, column: string, counts: readonly FiredCount[]): ReportSection {
  const shown = counts.slice(0, mostRows);
  const most = Math.max(1, ...shown.map(({ fired }) => fired));
  if (shown.length === 0) return { title, sentences: [] };
  return {
    title,
    sentences: [],
    table: {
      caption: title,
      columns: [
        { title: column },
        { title: 'Fired', numbers: true },
        { title: 'Acknowledged', numbers: true },
      ],
      rows: shown.map(({ name, fired, acknowledged }) => [
        name === '' ? '(none)' : name,
        { text: grouped(fired), share: fired / most },
        grouped(acknowledged),
      ]),
    },
    ...more(counts.length),
  };
}

function more(count: number): { readonly foot?: string } {
  return count > mostRows ? { foot: `And ${grouped(count - mostRows)} more.` } : {};
}

function authors({ acknowledgement }: StatusReport): ReportSection {
  const { byAuthor } = acknowledgement;
  const title = 'Who acknowledged first';
  if (byAuthor.length === 0) return { title, sentences: [] };
  const most = Math.max(1, ...byAuthor.map(({ count }) => count));
  return {
    title,
    sentences: [],
    table: {
      caption: title,
      columns: [{ title: 'Person' }, { title: 'Alerts', numbers: true }],
      rows: byAuthor
        .slice(0, mostRows)
        .map(({ author, count }) => [
          author === '' ? '(unknown)' : author,
          { text: grouped(count), share: count / most },
        ]),
    },
    ...more(byAuthor.length),
  };
}

function unacknowledged({ unacknowledged: left, timeZone }: StatusReport): ReportSection {
  const title = 'Never acknowledged';
  const others = left.count - left.longest.length;
  if (left.count === 0) return { title, sentences: [] };
  return {
    title,
    sentences: [],
    table: {
      caption: 'Alerts that nobody acknowledged, those that still fire first, then the longest',
      columns: [
        { title: 'Alert' },
        { title: 'Severity' },
        { title: 'Source' },
        { title: 'Fired' },
        { title: 'Lasted', numbers: true },
      ],
      rows: left.longest.map(({ name, severity, source, firedAt, firing, lastedMs }) => [
        name,
        severity,
        source,
        shortTime(firedAt, timeZone),
        lastedMs === undefined ? 'unknown' : `${formatDuration(lastedMs)}${firing ? ', fires' : ''}`,
      ]),
    },
    ...(others > 0 ? { foot: `And ${grouped(others)} others.` } : {}),
  };
}

function delivery({ delivery: all }: StatusReport): ReportSection {
  const title = 'Delivery';
  if (all.byAction.length === 0) return { title, sentences: ['No mail left, and nothing was given up.'] };
  // What never happened takes no room on a phone.
  const shown = deliveryColumns.filter(
    ({ what, always }) => always || all[what] > 0 || all.byAction.some((count) => count[what] > 0),
  );
  const cells = (name: string, count: DeliveryCount) => [
    name,
    ...shown.map(({ what }) => grouped(count[what])),
  ];
  return {
    title,
    sentences: [],
    table: {
      caption: 'What became of mails, by action',
      columns: [{ title: 'Action' }, ...shown.map((column) => ({ title: column.title, numbers: true }))],
      rows: [
        ...all.byAction.map(({ action, ...count }) => cells(action, count)),
        ...(all.byAction.length > 1 ? [cells('All', all)] : []),
      ],
    },
    foot: 'Mails are messages that a server took; accepted, rejected and bounced count recipients, deferred counts tries, given up and dropped count events that nobody was told of.',
  };
}

function replies({ replies: { total, byVerdict, byRefusal } }: StatusReport): ReportSection {
  const title = 'Replies';
  if (total === 0) return { title, sentences: [] };
  return {
    title,
    sentences: [],
    table: {
      caption: 'What replies came to',
      columns: [{ title: 'Verdict' }, { title: 'Replies', numbers: true }],
      rows: [
        ...byVerdict
          .filter(({ verdict }) => verdict !== 'refused')
          .map(({ verdict, count }) => [replyWords(verdict), grouped(count)]),
        ...byRefusal.map(({ refusal, count }) => [`refused: ${replyWords(refusal)}`, grouped(count)]),
      ],
    },
  };
}

function ending({ ending: ends, timeZone, madeAt }: StatusReport): ReportSection {
  return {
    title: 'What ends soon',
    sentences: ends.map(({ account, what, at, remedy }) => {
      const when =
        at < madeAt
          ? `ended on ${formatTime(at, timeZone)}`
          : `ends on ${formatTime(at, timeZone)}, in ${formatDuration(at.getTime() - madeAt.getTime())}`;
      return `The ${what} of the account ${account} ${when}.${remedy === undefined ? '' : ` ${remedy}`}`;
    }),
  };
}
