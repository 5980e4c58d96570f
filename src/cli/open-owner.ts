import type { PluginInstance } from '../core/host.js';
import { register } from '../index.js';
import { askOwner } from './ask-owner.js';
import { CommandError } from './command-error.js';
import type { ControlClient } from './control-client.js';
import { createHost } from './create-host.js';
import { createLog } from './create-log.js';
import { type GlobalOptions, type SettingsContext, settingsContext } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** Whoever owns the data directory, to be asked. */
export interface Owner {
  readonly context: SettingsContext;
  readonly control: ControlClient;
  /** The plugin in this process, not started; absent where another process owns the data directory. */
  readonly instance?: PluginInstance;
  close(): Promise<void>;
}

/**
 * Finds the Ackmail that runs, or becomes the owner of the data directory for as long as the command takes,
 * without sending or reading mail.
 */
export async function openOwner(options: GlobalOptions, terminal: Terminal): Promise<Owner> {
  const context = await settingsContext(options, terminal);
  const running = await askOwner(context.dataDir);
  if (running) return { context, control: running, close: async () => {} };

  const { env, clock } = terminal;
  // What a person must know is in the answers; the log is for who looks for more.
  const log = createLog(terminal.stderr, env['ACKMAIL_DEBUG'] ? 'debug' : 'silent');
  const instance = await register(createHost({ context, env, clock, log }).host);
  const control = await askOwner(context.dataDir);
  if (!control) {
    await instance.stop();
    throw new CommandError(`The data directory ${context.dataDir} could not be opened.`);
  }
  return { context, control, instance, close: () => instance.stop() };
}
