import { chooseWaiting, type WaitingChoice } from './choose-waiting.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

/**
 * `ackmail outbox retry`: makes events due now. Those that came from a backup, and those whose date has not come, only
 * where they are named or asked for. Answers the exit code.
 */
export async function outboxRetry(
  choice: WaitingChoice & GlobalOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(choice, terminal);
  try {
    const { outbox } = owner.control.upkeep;
    const { chosen } = await chooseWaiting(choice, outbox);
    const now = terminal.clock.now();
    const isNamed = choice.held || (choice.ids ?? []).length > 0;
    const due = chosen.filter(({ state, dueAt }) => isNamed || (state !== 'held' && dueAt <= now));
    const { count, telling } = await outbox.retry(due.map(({ id }) => id));
    if (choice.json) {
      terminal.stdout.write(`${safeJson({ count, telling }, 2)}\n`);
      return 0;
    }
    const events = count === 1 ? '1 event is' : `${count} events are`;
    const when = owner.instance ? 'due when Ackmail is started' : 'due now';
    const lines = [
      due.length === 0 ? 'Nothing of that waits.' : `${events} ${when}.`,
      ...(telling > 0 ? [`${telling} ${telling === 1 ? 'is' : 'are'} being told at this moment.`] : []),
    ];
    terminal.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } finally {
    await owner.close();
  }
}
