import { type Logger, pino } from 'pino';
import { describe } from '../core/fault.js';
import { redact } from './redact.js';

/**
 * Makes a log of JSON lines.
 *
 * Errors are written without what hangs on them (libraries hang requests with their secrets there), and every
 * line goes through `redact`.
 */
export function createLog(
  stream: { write(text: string): unknown },
  level: 'debug' | 'info' | 'silent',
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (thrown: unknown) => errorFacts(thrown, level === 'debug') },
    },
    { write: (line) => void stream.write(redact(line)) },
  );
}

/** What the plugin hands over has only message, stack and code left; what comes from elsewhere may have anything. */
function errorFacts(thrown: unknown, withStack: boolean): object {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return {
    message: describe(thrown),
    ...(typeof code === 'string' ? { code } : {}),
    ...(withStack && thrown instanceof Error ? { stack: thrown.stack } : {}),
  };
}
