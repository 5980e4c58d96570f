import { Fault } from '../core/fault.js';
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
 *
 * Throws `CONFIG_ACCOUNT_UNKNOWN` where the command is about an account that the settings do not have.
 */
export async function openOwner(
  options: GlobalOptions,
  terminal: Terminal,
  account?: string,
): Promise<Owner> {
  const context = await settingsContext(options, terminal);
  const { accounts } = context.settings;
  if (account !== undefined && !Object.hasOwn(accounts, account))
    throw new Fault('CONFIG_ACCOUNT_UNKNOWN', { account, known: Object.keys(accounts).join(', ') });
  const running = await askOwner(context.dataDir);
  if (running) return { context, control: running, close: async () => {} };

  // Loaded only now: to ask a running Ackmail takes none of the mail libraries.
  const { becomeOwner } = await import('./become-owner.js');
  const instance = await becomeOwner(context, terminal);
  const control = await askOwner(context.dataDir);
  if (!control) {
    await instance.stop();
    throw new CommandError(
      `The data directory ${context.dataDir} could not be opened.`,
      'Run it again as the user that Ackmail runs as; `df` and `ls -ld` say whether the disk is full, and whose it is.',
    );
  }
  return { context, control, instance, close: () => instance.stop() };
}
