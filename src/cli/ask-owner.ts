import { describe, Fault } from '../core/fault.js';
import { controlSocketPath } from '../store/control-socket-path.js';
import { isListening } from '../store/is-listening.js';
import { CommandError } from './command-error.js';
import { type ControlClient, createControlClient } from './control-client.js';
import { socketFetch } from './socket-fetch.js';

/** The way to the process that owns a data directory; undefined when none does. */
export async function askOwner(dataDir: string): Promise<ControlClient | undefined> {
  try {
    const path = await controlSocketPath(dataDir);
    return (await isListening(path)) ? createControlClient(socketFetch(path)) : undefined;
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new CommandError(
      `The Ackmail that owns ${dataDir} cannot be asked: ${describe(cause)}`,
      'Run the command as the user that Ackmail runs as.',
    );
  }
}
