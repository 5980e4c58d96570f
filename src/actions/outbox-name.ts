import { shortHash } from './short-hash.js';

/** What the name of a document in the outbox says, so that a start reads names only. Times in epoch milliseconds. */
export interface OutboxNameParts {
  readonly action: string;
  /** Stands for action and alert: what is told in order, one after another. */
  readonly group: string;
  /** Stands for action and event: there is one document for it. */
  readonly key: string;
  /** When to try next. */
  readonly dueMs: number;
  /** When it was due first. */
  readonly firstDueMs: number;
  /** Its place among the events of its group: a moment made unique. */
  readonly order: number;
  /** 0 goes first. */
  readonly priority: number;
  /** How often it failed. */
  readonly attempt: number;
}

const shape =
  /^([0-9a-z]{9})\.([0-9])\.([0-9a-z]{1,4})\.([0-9a-z]{9})\.([0-9a-z]{9})\.([a-z0-9_-]{1,64})\.([a-z2-7]{13})\.([a-z2-7]{26})$/;
const highestAttempt = 36 ** 4 - 1;

/**
 * The file names of the outbox: due, priority, attempt, first due, order, action, group and key, separated by
 * dots; times are milliseconds in base 36 of nine digits, so that names sort by when they are due.
 */
export const outboxName = {
  /** Whether the name of an action can stand in a file name. */
  fits: (action: string): boolean => /^[a-z0-9_-]{1,64}$/.test(action),

  group: (action: string, alertId: string): string => shortHash(13, action, alertId),

  key: (action: string, eventId: string): string => shortHash(26, action, eventId),

  /** Whether it was put to be told at a later date, and that date still stands. */
  isDated: ({ dueMs, firstDueMs, order }: OutboxNameParts): boolean =>
    dueMs === firstDueMs && firstDueMs > order,

  mint: (parts: OutboxNameParts): string =>
    [
      time(parts.dueMs),
      parts.priority,
      Math.min(parts.attempt, highestAttempt).toString(36),
      time(parts.firstDueMs),
      time(parts.order),
      parts.action,
      parts.group,
      parts.key,
    ].join('.'),

  /** The parts of a name; undefined when it is not one of ours. */
  read(name: string): OutboxNameParts | undefined {
    const [, due = '', priority, attempt = '', firstDue = '', order = '', action = '', group = '', key = ''] =
      shape.exec(name) ?? [];
    if (key === '') return undefined;
    return {
      action,
      group,
      key,
      dueMs: Number.parseInt(due, 36),
      firstDueMs: Number.parseInt(firstDue, 36),
      order: Number.parseInt(order, 36),
      priority: Number(priority),
      attempt: Number.parseInt(attempt, 36),
    };
  },
};

function time(ms: number): string {
  const whole = Math.min(Math.max(0, Math.floor(ms)), 36 ** 9 - 1);
  return whole.toString(36).padStart(9, '0');
}
