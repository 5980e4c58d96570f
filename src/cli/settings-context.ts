import { resolve } from 'node:path';
import { environmentSecrets } from '../settings/environment-secrets.js';
import { type LoadedSettings, loadSettings } from '../settings/load-settings.js';
import { settingsSecrets } from '../settings/settings-secrets.js';
import { findSettings } from './find-settings.js';
import type { Terminal } from './terminal.js';

/** Options that every command knows. */
export interface GlobalOptions {
  /** The settings file that is asked for. */
  readonly config?: string;
}

/** The settings as a command needs them. */
export interface SettingsContext extends LoadedSettings {
  /** The data directory, absolute. */
  readonly dataDir: string;
}

/** Finds, reads and checks the settings. Throws what `loadSettings` and `findSettings` throw. */
export async function settingsContext(options: GlobalOptions, terminal: Terminal): Promise<SettingsContext> {
  const loaded = await loadSettings(findSettings(options.config, terminal.cwd), terminal.env);
  terminal.hide([...settingsSecrets(loaded.settings), ...environmentSecrets(terminal.env)]);
  return { ...loaded, dataDir: resolve(loaded.dir, loaded.settings.dataDir) };
}
