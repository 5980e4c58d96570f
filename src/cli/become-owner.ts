import type { PluginInstance } from '../core/host.js';
import { register } from '../index.js';
import { createHost } from './create-host.js';
import { createLog } from './create-log.js';
import type { SettingsContext } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** Puts the plugin together in this process, which then owns the data directory, without starting it. */
export function becomeOwner(
  context: SettingsContext,
  { env, clock, stderr }: Terminal,
): Promise<PluginInstance> {
  // What a person must know is in the answers; the log is for who looks for more.
  const log = createLog(stderr, env['ACKMAIL_DEBUG'] ? 'debug' : 'silent');
  return register(createHost({ context, env, clock, log }).host);
}
