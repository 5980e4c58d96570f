import { basename } from 'node:path';
import { settingsWarnings } from '../plugin-status.js';
import { templateFaults } from '../plugin-templates.js';
import { redact } from './redact.js';
import { safeJson } from './safe-json.js';
import { type GlobalOptions, settingsContext } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** `ackmail check`: reads the settings, says whether they and the mail templates are right, and starts nothing. Answers the exit code. */
export async function check(
  options: GlobalOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const { file, dir, settings } = await settingsContext(options, terminal);
  const accounts = Object.keys(settings.accounts);
  const actions = settings.actions.map(({ name }) => name);
  const monitors = Object.keys(settings.monitors);
  const warnings = settingsWarnings(settings);
  const faults = await templateFaults(settings, dir);
  const exitCode = faults.length === 0 ? 0 : 2;
  if (options.json) {
    const errors = faults.map(({ code, message, remedy }) => ({ code, message: redact(message), remedy }));
    const found = { file, valid: exitCode === 0, accounts, actions, monitors, warnings, errors };
    terminal.stdout.write(`${safeJson(found, 2)}\n`);
    return exitCode;
  }
  const counts = [
    count(accounts.length, 'account'),
    count(actions.length, 'action'),
    count(monitors.length, 'monitor'),
  ];
  terminal.stdout.write(`${basename(file)} is valid: ${counts.join(', ')}\n`);
  for (const warning of warnings) terminal.stdout.write(`Warning: ${warning}\n`);
  for (const { message, remedy } of faults) terminal.stderr.write(`${message}\n${remedy}\n`);
  return exitCode;
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
