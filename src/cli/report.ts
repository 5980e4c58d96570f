import { resolve } from 'node:path';
import { parseDuration } from '../core/duration.js';
import { describe } from '../core/fault.js';
import type { ReportFormat } from '../core/status-report.js';
import { CommandError } from './command-error.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';
import { withProgress } from './with-progress.js';
import { writePrivateFile } from './write-private-file.js';

/** What `ackmail report` is told. */
export interface ReportOptions extends GlobalOptions {
  /** A duration with its unit. */
  readonly since: string;
  readonly format: ReportFormat;
  /** A file that it is written to in place of standard output. */
  readonly out?: string;
}

/**
 * `ackmail report`: how alerting went, made by the Ackmail that runs, else from the data directory. Answers the exit
 * code.
 */
export async function report(options: ReportOptions, terminal: Terminal): Promise<number> {
  const sinceMs = parseDuration(options.since);
  if (sinceMs === undefined)
    throw new CommandError(`--since ${options.since} is no duration.`, 'Such as 24h, 7d or 30d.', 2);
  const owner = await openOwner(options, terminal);
  try {
    const to = terminal.clock.now();
    const from = new Date(Math.max(0, to.getTime() - sinceMs));
    const made = await withProgress(terminal, 'Making the report', () =>
      owner.control.report({ from, to }, options.format),
    );
    const text = options.format === 'json' ? `${safeJson(JSON.parse(made), 2)}\n` : made;
    if (options.out === undefined) terminal.stdout.write(text);
    else await write(resolve(terminal.cwd, options.out), text);
    return 0;
  } finally {
    await owner.close();
  }
}

/** It names accounts and where people sign in, so it is for its owner alone. */
async function write(path: string, text: string): Promise<void> {
  await writePrivateFile(path, text).catch((thrown: unknown) => {
    throw new CommandError(
      `The report could not be written to ${path}: ${describe(thrown)}`,
      'Give --out a file in a folder that you may write to.',
    );
  });
}
