import { openOwner } from './open-owner.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

/**
 * `ackmail outbox send` and `ackmail outbox drop`: decides what becomes of the events that came from a backup. Answers
 * the exit code.
 */
export async function decideHeld(
  decision: 'send' | 'drop',
  options: GlobalOptions,
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal);
  try {
    const { upkeep } = owner.control;
    const { count } = await (decision === 'send' ? upkeep.sendHeld() : upkeep.dropHeld());
    const events = count === 1 ? 'event' : 'events';
    const when = owner.instance ? ' when Ackmail is started' : ' now';
    const done = {
      send: `People are told of ${count} ${events} of the backup${when}.`,
      drop: `Nobody is told of ${count} ${events} of the backup; they stand in the history as dropped.`,
    }[decision];
    terminal.stdout.write(`${count === 0 ? 'Nothing of a backup waits.' : done}\n`);
    return 0;
  } finally {
    await owner.close();
  }
}
