import { formatDuration } from '../core/duration.js';
import { accountLines } from './account-lines.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import type { WireStatus } from './wire-status.js';

/** The text of `ackmail status`: what stands in the way first. */
export function statusText(
  status: WireStatus,
  running: boolean,
  terminal: Pick<Terminal, 'rich' | 'clock'>,
): string {
  const style = styleFor(terminal);
  const now = terminal.clock.now();
  const ago = (date: Date) => `${formatDuration(now.getTime() - date.getTime())} ago`;
  const lines: string[] = [];
  const section = (title: string, items: readonly string[]) => {
    if (items.length > 0) lines.push('', style.strong(title), ...items.map((item) => `  ${item}`));
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
      `${style.bad(error.severity)} ${error.subject}: ${error.message} (since ${ago(error.since)})`,
      `  ${error.remedy}`,
      ...(error.authorizationUrl ? [`  ${error.authorizationUrl}`] : []),
    ]),
  );
  section('Warnings', status.warnings);
  section(
    'Accounts',
    status.accounts.flatMap((account) => accountLines(account, style, now, isSaid)),
  );
  section(
    'Actions',
    status.actions.map(({ action, type, waiting, held, later = 0, oldestDueAt, nextTryAt, lastFault }) =>
      [
        `${action} (${type}): ${waiting > later ? style.bad(`${waiting - later} wait`) : 'nothing waits'}`,
        later > 0 ? `${later} for their time` : '',
        held ? `${held} of them from a backup, held back` : '',
        waiting > 0 && oldestDueAt ? `the oldest since ${ago(oldestDueAt)}` : '',
        nextTryAt && nextTryAt > now
          ? `next try in ${formatDuration(nextTryAt.getTime() - now.getTime())}`
          : '',
        lastFault ?? '',
      ]
        .filter(Boolean)
        .join(', '),
    ),
  );
  const ack = status.acknowledgement;
  const refused = Object.entries(ack?.refused ?? {}).map(([kind, count]) => `${count} ${kind}`);
  if (ack)
    section('Acknowledgement by reply', [
      [
        `account ${ack.account}: ${running ? ack.state : 'not watching'}`,
        ack.detail ?? '',
        ack.pending > 0 ? `${ack.pending} not taken by the monitor yet` : '',
        ack.waiting > 0 ? `${ack.waiting} not judged yet` : '',
        ...(refused.length > 0 ? [`refused since the start: ${refused.join(', ')} (ackmail replies)`] : []),
      ]
        .filter(Boolean)
        .join(', '),
    ]);
  section('Alerts', [`${status.alerts.firing} firing, ${status.alerts.acknowledged} acknowledged`]);
  return `${lines.join('\n')}\n`;
}
