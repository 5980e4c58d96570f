import { plainLine, plainText } from '../actions/email/plain-text.js';
import { subjectWords } from '../actions/email/subject-words.js';
import { formatTime } from '../core/format-time.js';
import { timeZoneOf } from '../core/time-zone-of.js';
import type { WaitingDetail, WaitingEvent } from '../core/waiting.js';
import { chooseWaiting } from './choose-waiting.js';
import { CommandError } from './command-error.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/** `ackmail outbox show ID`: all that is known of an event that waits. Answers the exit code. */
export async function outboxShow(
  id: string,
  options: GlobalOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal);
  try {
    const { outbox } = owner.control.upkeep;
    const { chosen } = await chooseWaiting({ ids: [id] }, outbox);
    const [waiting] = chosen;
    const [detail] = await outbox.details(chosen.map((each) => each.id));
    if (!waiting || !detail)
      throw new CommandError(`${id} has just left the outbox, or cannot be read.`, 'See `ackmail history`.');
    const timeZone = timeZoneOf(owner.context.settings);
    terminal.stdout.write(
      options.json
        ? `${safeJson({ ...waiting, ...detail }, 2)}\n`
        : showText(waiting, detail, timeZone, terminal),
    );
    return 0;
  } finally {
    await owner.close();
  }
}

const longestValue = 2_000;
const states = {
  waiting: 'waits for its next try',
  held: 'came from a backup, and waits until somebody says `ackmail outbox retry` or `drop`',
  telling: 'is being told now',
};

function showText(
  { id, action, state, dueAt, nextTryAt, tries, why }: WaitingEvent,
  { event, recipients = {} }: WaitingDetail,
  timeZone: string,
  terminal: Pick<Terminal, 'rich'>,
): string {
  const { strong } = styleFor(terminal);
  const { alert } = event;
  const time = (date: Date) => formatTime(date, timeZone);
  const texts = (title: string, values: Readonly<Record<string, string>>) =>
    Object.keys(values).length === 0
      ? []
      : [
          '',
          strong(title),
          ...Object.entries(values).map(
            ([name, value]) =>
              `  ${plainLine(name, 100)}: ${plainText(value, longestValue).replaceAll('\n', '\n    ')}`,
          ),
        ];
  const lines = [
    strong(`${subjectWords(alert)} (${event.kind}), for the action ${action}`),
    `  id:         ${id}`,
    `  state:      ${states[state]}`,
    `  due:        ${time(dueAt)}`,
    ...(state === 'held' ? [] : [`  next try:   ${time(nextTryAt)}`]),
    `  tries:      ${tries}`,
    ...(why === undefined ? [] : [`  why:        ${plainLine(why, longestValue)}`]),
    `  severity:   ${plainLine(alert.severity, 100)}`,
    `  status:     ${alert.status}`,
    `  starts at:  ${time(alert.startsAt)}`,
    ...(alert.endsAt ? [`  ends at:    ${time(alert.endsAt)}`] : []),
    `  monitor:    ${plainLine(alert.source, 100)}`,
    `  alert:      ${plainLine(alert.id, 100)} (${plainLine(alert.fingerprint, 300)})`,
    ...(alert.url === undefined ? [] : [`  url:        ${plainLine(alert.url, longestValue)}`]),
    ...texts('Labels', alert.labels),
    ...texts('Annotations', alert.annotations),
    ...texts(
      'Recipients',
      Object.fromEntries(
        Object.entries(recipients).map(([name, { status, reply }]) => [
          name,
          reply === undefined ? status : `${status}: ${reply}`,
        ]),
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
