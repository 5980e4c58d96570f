import { resolve } from 'node:path';
import { checkTemplates } from './actions/email/check-templates.js';
import { tellTemplate } from './actions/email/tell-template.js';
import type { Fault } from './core/fault.js';
import type { Settings } from './core/settings.js';
import type { SystemErrors } from './core/system-error.js';

/** What does not work in the templates that the settings name, each file once: CONFIG_TEMPLATE. */
export async function templateFaults(settings: Settings, settingsDir: string): Promise<readonly Fault[]> {
  const folders = new Set(
    settings.actions.flatMap((action) =>
      action.type === 'email' && action.templates ? [resolve(settingsDir, action.templates)] : [],
    ),
  );
  const faults = new Map<string, Fault>();
  // A partial that does not work is found by each template that renders it.
  for (const folder of folders)
    for (const fault of await checkTemplates(folder)) faults.set(String(fault.facts['file']), fault);
  return [...faults.values()];
}

/** Raises what does not work, and clears what works again: templates are read at the start, so each start looks anew. */
export async function tellTemplates(parts: {
  readonly settings: Settings;
  readonly settingsDir: string;
  readonly systemErrors: SystemErrors;
}): Promise<void> {
  const { settings, settingsDir, systemErrors } = parts;
  const faults = await templateFaults(settings, settingsDir);
  for (const fault of faults) await tellTemplate(fault, systemErrors);
  const files = faults.map(({ facts }) => facts['file']);
  for (const { code, subject } of systemErrors.list())
    if (code === 'CONFIG_TEMPLATE' && !files.includes(subject)) await systemErrors.clear(code, subject);
}
