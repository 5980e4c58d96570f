import { basename } from 'node:path';
import { settingsWarnings } from '../plugin-status.js';
import { templateFaults } from '../plugin-templates.js';
import { type GlobalOptions, settingsContext } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** `ackmail check`: reads the settings, says whether they and the mail templates are right, and starts nothing. Answers the exit code. */
export async function check(options: GlobalOptions, terminal: Terminal): Promise<number> {
  const { file, dir, settings } = await settingsContext(options, terminal);
  const counts = [
    count(Object.keys(settings.accounts).length, 'account'),
    count(settings.actions.length, 'action'),
    count(Object.keys(settings.monitors).length, 'monitor'),
  ];
  terminal.stdout.write(`${basename(file)} is valid: ${counts.join(', ')}\n`);
  for (const warning of settingsWarnings(settings)) terminal.stdout.write(`Warning: ${warning}\n`);
  const faults = await templateFaults(settings, dir);
  for (const { message, remedy } of faults) terminal.stderr.write(`${message}\n${remedy}\n`);
  return faults.length === 0 ? 0 : 2;
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
