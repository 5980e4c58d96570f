import { inspect } from 'node:util';
import { describe, Fault } from '../core/fault.js';
import { CommandError } from './command-error.js';
import { redact } from './redact.js';
import { safeJson } from './safe-json.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/**
 * Says on standard error what happened and what to do, with `--json` as one line of JSON, and answers the exit code: 1
 * for a failure, 2 when the settings or the way the command was called have to change. The stack only with
 * ACKMAIL_DEBUG.
 */
export function printFailure(thrown: unknown, terminal: Terminal): 1 | 2 {
  const known = thrown instanceof Fault || thrown instanceof CommandError ? thrown : undefined;
  const code = known?.code ?? 'UNFORESEEN';
  const message = redact(known?.message ?? `Something went wrong that is not foreseen: ${describe(thrown)}`);
  const remedy = redact(known?.remedy ?? 'Run it again with ACKMAIL_DEBUG=1 in the environment to see more.');
  if (terminal.json) terminal.stderr.write(`${safeJson({ error: { code, message, remedy } })}\n`);
  else {
    const { bad } = styleFor({ rich: terminal.richErrors ?? terminal.rich });
    terminal.stderr.write(`${bad('ackmail:')} ${message}\n${remedy}\n`);
  }
  if (terminal.env['ACKMAIL_DEBUG'] && thrown instanceof Error)
    terminal.stderr.write(`${redact(thrown.stack ?? inspect(thrown))}\n`);
  if (thrown instanceof CommandError) return thrown.exitCode;
  return thrown instanceof Fault && thrown.code.startsWith('CONFIG_') ? 2 : 1;
}
