import { chooseWaiting, type WaitingChoice } from './choose-waiting.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import { waitingTable } from './waiting-table.js';

/** What `ackmail outbox list` is told. */
export interface OutboxListOptions extends GlobalOptions, Omit<WaitingChoice, 'ids'> {
  readonly json?: boolean;
  /** How many to show at most. */
  readonly limit: number;
}

/** `ackmail outbox list`: what waits to be told, the most urgent and oldest first. Answers the exit code. */
export async function outboxList(options: OutboxListOptions, terminal: Terminal): Promise<number> {
  const owner = await openOwner(options, terminal);
  try {
    const { outbox } = owner.control.upkeep;
    const { chosen: waiting, short } = await chooseWaiting(options, outbox);
    const shown = waiting.slice(0, options.limit);
    const details = await outbox.details(shown.map(({ id }) => id));
    if (options.json) {
      const events = shown.map((each) => ({ ...each, ...details.find(({ id }) => id === each.id) }));
      terminal.stdout.write(`${safeJson({ waiting: waiting.length, events }, 2)}\n`);
      return 0;
    }
    if (waiting.length === 0) terminal.stdout.write('Nothing waits.\n');
    else {
      const [head = '', ...rows] = waitingTable(shown, details, {
        ...{ short, now: terminal.clock.now(), width: terminal.columns },
      });
      const more = waiting.length - shown.length;
      const lines = [styleFor(terminal).strong(head), ...rows, ...(more > 0 ? [`and ${more} more`] : [])];
      terminal.stdout.write(`${lines.join('\n')}\n`);
    }
    return 0;
  } finally {
    await owner.close();
  }
}
