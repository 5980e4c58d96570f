import type { HistoryEntry } from '../core/store.js';

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/**
 * Reads a line of history; undefined where it is torn, or is none.
 *
 * By hand and not by a schema: months of history have a million lines, and a schema takes twice as long for them.
 */
export function readEntry(line: string): HistoryEntry | undefined {
  const value = parsed(line);
  if (!isRecord(value)) return undefined;
  const { at, kind } = value;
  if (typeof at !== 'string' || typeof kind !== 'string' || !moment.test(at)) return undefined;
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return undefined;
  value['at'] = date;
  return isEntry(value) ? value : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether everything beside the two that every entry has is a fact. */
function isEntry(value: Record<string, unknown>): value is HistoryEntry & Record<string, unknown> {
  for (const name in value) if (name !== 'at' && !isFact(value[name])) return false;
  return true;
}

function isFact(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'string');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
