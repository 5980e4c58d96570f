import { formatDuration } from '../core/duration.js';
import { accountTable } from './account-table.js';
import { styleFor } from './style.js';
import { tableLines } from './table-lines.js';
import type { Terminal } from './terminal.js';
import type { WireStatus } from './wire-status.js';
import { wrapText } from './wrap-text.js';

/**
 * The text of `ackmail status`: what stands in the way first, then accounts, actions and replies as tables. On a
 * terminal nothing but an address is wider than that, and tables are cut; elsewhere everything is there.
 */
export function statusText(
  status: WireStatus,
  running: boolean,
  terminal: Pick<Terminal, 'rich' | 'clock' | 'columns'>,
): string {
  const style = styleFor(terminal);
  const now = terminal.clock.now();
  const width = terminal.columns === undefined ? undefined : Math.max(terminal.columns, 30) - 2;
  const ago = (date: Date) => `${formatDuration(now.getTime() - date.getTime())} ago`;
  const wrap = (line: string) => (width === undefined ? line : wrapText(line, width));
  const lines: string[] = [];
  const section = (title: string, items: readonly string[]) => {
    if (items.length === 0) return;
    const indented = items.flatMap((item) => item.split('\n')).map((item) => `  ${item}`);
    lines.push('', style.strong(title), ...indented);
  };

  const isSaid = (text: string) =>
    status.systemErrors.some(({ remedy, authorizationUrl }) => [remedy, authorizationUrl].includes(text));

  lines.push(
    running
      ? `Ackmail ${status.version} runs${status.startedAt ? `, started ${ago(status.startedAt)}` : ''}.`
      : `Ackmail ${status.version} ${style.bad('does not run')}; this is what its data directory holds.`,
  );
  section(
    'System errors',
    status.systemErrors.flatMap((error) => [
      wrap(`${error.severity} ${error.subject}: ${error.message} (since ${ago(error.since)})`).replace(
        error.severity,
        style.bad,
      ),
      wrap(`  ${error.remedy}`),
      ...(error.authorizationUrl ? [`  ${error.authorizationUrl}`] : []),
    ]),
  );
  section('Warnings', status.warnings.map(wrap));
  section('Accounts', accountTable({ accounts: status.accounts, style, now, width, isSaid }).map(wrapNotes));
  section('Actions', actionTable(status.actions));
  section('Acknowledgement by reply', replyTable(status.acknowledgement));
  section('Alerts', [`${status.alerts.firing} firing, ${status.alerts.acknowledged} acknowledged`]);
  return `${lines.join('\n')}\n`;

  function wrapNotes(line: string): string {
    return line.startsWith('  ') ? wrap(line) : line;
  }

  function actionTable(actions: WireStatus['actions']): readonly string[] {
    const [head = '', ...rows] = tableLines({
      titles: ['ACTION', 'TYPE', 'WAITS', 'LATER', 'OLDEST', 'NEXT TRY'],
      numbers: ['WAITS', 'LATER'],
      rows: actions.map(({ action, type, waiting, later = 0, oldestDueAt, nextTryAt }) => [
        ...[action, type, `${waiting - later}`, later > 0 ? `${later}` : ''],
        waiting > 0 && oldestDueAt ? ago(oldestDueAt) : '',
        nextTryAt && nextTryAt > now ? `in ${formatDuration(nextTryAt.getTime() - now.getTime())}` : '',
      ]),
      width,
      mark: (padded, title, cell) => (title === 'WAITS' && cell !== '0' ? style.bad(padded) : padded),
    });
    const withNotes = actions.flatMap(({ lastFault, held = 0 }, place) => [
      rows[place] ?? '',
      ...(held > 0 ? [wrap(`  ${held} of them from a backup, held back (ackmail outbox list --held)`)] : []),
      ...(lastFault === undefined ? [] : [wrap(`  ${lastFault}`)]),
    ]);
    return head === '' ? [] : [style.faint(head), ...withNotes];
  }

  function replyTable(replies: WireStatus['acknowledgement']): readonly string[] {
    if (!replies) return [];
    const { account, state, detail, pending, waiting, refused } = replies;
    const kinds = Object.entries(refused).map(([kind, count]) => `${count} ${kind}`);
    const [head = '', ...rows] = tableLines({
      titles: ['ACCOUNT', 'STATE', 'NOT JUDGED YET', 'NOT TAKEN YET'],
      numbers: ['NOT JUDGED YET', 'NOT TAKEN YET'],
      rows: [[account, running ? state : 'not watching', `${waiting}`, `${pending}`]],
      width,
    });
    return [
      style.faint(head),
      ...rows,
      ...(detail === undefined ? [] : [wrap(`  ${detail}`)]),
      ...(kinds.length > 0
        ? [wrap(`  refused since the start: ${kinds.join(', ')} (ackmail replies says why)`)]
        : []),
    ];
  }
}
