import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { statusText } from './status-text.js';
import type { Terminal } from './terminal.js';

/** What `ackmail status` is told. */
export interface StatusOptions extends GlobalOptions {
  readonly json?: boolean;
  /** Ends with 3 where something is wrong. */
  readonly exitCode?: boolean;
}

/**
 * `ackmail status`: how everything is doing, asked from the Ackmail that runs, else read from the data
 * directory. Answers the exit code: 0 whatever the state is, but with `exitCode` 3 while a system error stands, or
 * Ackmail does not run.
 */
export async function status(options: StatusOptions, terminal: Terminal): Promise<number> {
  const owner = await openOwner(options, terminal);
  try {
    const now = await owner.control.status();
    const running = owner.instance === undefined;
    terminal.stdout.write(
      options.json ? `${safeJson({ running, ...now }, 2)}\n` : statusText(now, running, terminal),
    );
    return options.exitCode && (!running || now.systemErrors.length > 0) ? 3 : 0;
  } finally {
    await owner.close();
  }
}
