import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';
import type { Asker } from './asker.js';
import { canDraw } from './can-draw.js';

/**
 * Who answers at the terminal. Throws a `CommandError` where nobody can be asked: it is no terminal, or its output goes
 * elsewhere.
 */
export async function askerAt(terminal: Terminal, interrupt: AbortSignal): Promise<Asker> {
  const { stdin, columns, env, json } = terminal;
  if (!stdin.isTTY || columns === undefined || json)
    throw new CommandError(
      'Nobody can be asked here: this is no terminal.',
      'Run it at a terminal, or give it a file that answers everything: ackmail init --answers FILE (docs/command-line.md).',
      2,
    );
  if (!canDraw() || env['TERM'] === 'dumb' || /^(1|true|yes)$/i.test(env['ACCESSIBLE'] ?? '')) {
    const { lineAsker } = await import('./line-asker.js');
    return lineAsker(terminal, interrupt);
  }
  const { clackAsker } = await import('./clack-asker.js');
  return clackAsker(terminal, interrupt);
}
