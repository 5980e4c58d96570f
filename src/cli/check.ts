import { basename } from 'node:path';
import { settingsWarnings } from '../plugin-status.js';
import { type GlobalOptions, settingsContext } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** `ackmail check`: reads the settings, says whether they are right, and starts nothing. Answers the exit code. */
export async function check(options: GlobalOptions, terminal: Terminal): Promise<number> {
  const { file, settings } = await settingsContext(options, terminal);
  const counts = [
    count(Object.keys(settings.accounts).length, 'account'),
    count(settings.actions.length, 'action'),
    count(Object.keys(settings.monitors).length, 'monitor'),
  ];
  terminal.stdout.write(`${basename(file)} is valid: ${counts.join(', ')}\n`);
  for (const warning of settingsWarnings(settings)) terminal.stdout.write(`Warning: ${warning}\n`);
  return 0;
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
