import type { PluginInstance } from '../core/host.js';
import { askOwner } from './ask-owner.js';
import { CommandError } from './command-error.js';
import type { ControlClient } from './control-client.js';
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
 * without sending or reading mail. Either way it is asked over the control socket.
 */
export async function openOwner(options: GlobalOptions, terminal: Terminal): Promise<Owner> {
  const context = await settingsContext(options, terminal);
  const running = await askOwner(context.dataDir);
  if (running) return { context, control: running, close: async () => {} };

  // Loaded only now: to ask a running Ackmail takes none of the mail libraries.
  const { becomeOwner } = await import('./become-owner.js');
  const instance = await becomeOwner(context, terminal);
  const control = await askOwner(context.dataDir);
  if (!control) {
    await instance.stop();
    throw new CommandError(`The data directory ${context.dataDir} could not be opened.`);
  }
  return { context, control, instance, close: () => instance.stop() };
}
