import type { PastError } from './core/past-error.js';
import type { History, HistoryEntry } from './core/store.js';

const changes = ['raised', 'cleared'] as const;

/** Which system errors were raised and cleared from a moment on and before another, the newest first. */
export async function readPastErrors(
  history: History,
  from: Date,
  until: Date,
): Promise<readonly PastError[]> {
  const found: PastError[] = [];
  for await (const entry of history.since(from, { until, texts: changes })) found.push(...pastError(entry));
  return found.reverse();
}

function pastError(entry: HistoryEntry): readonly PastError[] {
  const { at, code, subject, severity, message, since, count } = entry;
  const change = changes.find((each) => each === entry.kind);
  if (!change || typeof code !== 'string' || typeof subject !== 'string') return [];
  const began = new Date(String(since));
  return [
    {
      ...{ at, change, code, subject },
      severity: severity === 'critical' ? 'critical' : 'warning',
      message: typeof message === 'string' ? message : '',
      since: Number.isNaN(began.getTime()) ? at : began,
      count: typeof count === 'number' ? count : 1,
    },
  ];
}
