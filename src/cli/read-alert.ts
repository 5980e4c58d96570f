import { existsSync } from 'node:fs';
import type { Alert } from '../core/alert.js';
import { CommandError } from './command-error.js';
import { openOwner } from './open-owner.js';
import { type GlobalOptions, settingsContext } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** An alert by its id: asked from the Ackmail that runs, else read from the data directory. */
export async function readAlert(id: string, options: GlobalOptions, terminal: Terminal): Promise<Alert> {
  const { dataDir } = await settingsContext(options, terminal);
  // To open it would make one.
  if (!existsSync(dataDir))
    throw new CommandError(
      `There is no alert ${id}: there is no data directory ${dataDir}.`,
      'Leave --alert out to see a made-up one, or name the settings of the Ackmail that has it with --config FILE.',
    );
  const owner = await openOwner(options, terminal);
  try {
    return await owner.control.alert(id);
  } finally {
    await owner.close();
  }
}
