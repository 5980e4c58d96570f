import { subjectWords } from '../actions/email/subject-words.js';
import type { WaitingDetail, WaitingEvent } from '../core/waiting.js';
import { askYes } from './ask-yes.js';
import { type ChosenWaiting, chooseWaiting, type WaitingChoice } from './choose-waiting.js';
import { CommandError } from './command-error.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** What `ackmail outbox drop` is told. */
export interface OutboxDropOptions extends WaitingChoice, GlobalOptions {
  readonly all?: boolean;
  /** Nobody is asked. */
  readonly yes?: boolean;
  /** As JSON; nobody is asked then, so it takes `yes`. */
  readonly json?: boolean;
}

const mostShown = 20;

/**
 * `ackmail outbox drop`: takes events out of the outbox, so that nobody is told of them, after saying who would have
 * been and asking. Answers the exit code: 1 where somebody said no.
 */
export async function outboxDrop(options: OutboxDropOptions, terminal: Terminal): Promise<number> {
  const { ids = [], action, held, all, yes, json } = options;
  if (ids.length === 0 && action === undefined && !held && !all)
    throw new CommandError(
      'Which? Name ids, --action, --held or --all.',
      'Look with `ackmail outbox list`.',
      2,
    );
  if (json && !yes)
    throw new CommandError('With --json nobody is asked whether that is meant.', 'Say --yes if it is.', 2);
  const owner = await openOwner(options, terminal);
  try {
    const { outbox } = owner.control.upkeep;
    const choice = await chooseWaiting(options, outbox);
    const { chosen } = choice;
    if (json) {
      const dropped = await outbox.drop(chosen.map(({ id }) => id));
      terminal.stdout.write(`${safeJson(dropped, 2)}\n`);
      return 0;
    }
    if (chosen.length === 0) {
      terminal.stdout.write('Nothing of that waits.\n');
      return 0;
    }
    const details = await outbox.details(chosen.slice(0, mostShown).map(({ id }) => id));
    terminal.stdout.write(`${warning(choice, details).join('\n')}\n`);
    const events = chosen.length === 1 ? 'this event' : `these ${chosen.length} events`;
    if (!yes && !terminal.stdin.isTTY)
      throw new CommandError('Nobody can be asked here whether that is meant.', 'Say --yes if it is.', 2);
    if (!yes && !(await askYes(`Drop ${events}?`, terminal))) {
      terminal.stdout.write('Nothing was dropped.\n');
      return 1;
    }
    const { count, telling } = await outbox.drop(chosen.map(({ id }) => id));
    const lines = [
      `${count} ${count === 1 ? 'event was' : 'events were'} dropped, and ${count === 1 ? 'stands' : 'stand'} in the history.`,
      ...(telling > 0
        ? [`${telling} ${telling === 1 ? 'is' : 'are'} being told at this moment, and stayed; look again.`]
        : []),
    ];
    terminal.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } finally {
    await owner.close();
  }
}

function warning({ chosen, short }: ChosenWaiting, details: readonly WaitingDetail[]): readonly string[] {
  const more = chosen.length - mostShown;
  return [
    'This will not be told, but for what the monitor says again:',
    ...chosen.slice(0, mostShown).map((each) => {
      const detail = details.find(({ id }) => id === each.id);
      const what = detail
        ? `${subjectWords(detail.event.alert)} (${detail.event.kind})`
        : 'what cannot be read';
      return `  ${short(each.id)}  ${what}, to ${whom(each, detail)}`;
    }),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** Those who do not have it, else the action. */
function whom({ action }: WaitingEvent, detail: WaitingDetail | undefined): string {
  const open = Object.entries(detail?.recipients ?? {}).flatMap(([name, { status }]) =>
    status === 'pending' || status === 'deferred' ? [name] : [],
  );
  return open.length > 0 ? open.join(', ') : `the action ${action}`;
}
