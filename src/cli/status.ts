import { openOwner } from './open-owner.js';
import type { GlobalOptions } from './settings-context.js';
import { statusText } from './status-text.js';
import type { Terminal } from './terminal.js';

/**
 * `ackmail status`: how everything is doing, asked from the Ackmail that runs, else read from the data
 * directory. Answers the exit code, 0 whatever the state is.
 */
export async function status(
  options: GlobalOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal);
  try {
    const now = await owner.control.status();
    const running = owner.instance === undefined;
    terminal.stdout.write(
      options.json
        ? `${JSON.stringify({ running, ...now }, undefined, 2)}\n`
        : statusText(now, running, terminal),
    );
    return 0;
  } finally {
    await owner.close();
  }
}
