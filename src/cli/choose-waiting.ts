import { subjectWords } from '../actions/email/subject-words.js';
import type { OutboxDesk, WaitingEvent } from '../core/waiting.js';
import { CommandError } from './command-error.js';
import { shortIds } from './short-ids.js';

/** Which of the events that wait a command is about; of what is given, all of it must fit. */
export interface WaitingChoice {
  /** Beginnings of their ids; none for any. */
  readonly ids?: readonly string[];
  readonly action?: string;
  /** Only those that came from a backup. */
  readonly held?: boolean;
}

/** What was chosen, and what to type for an id. */
export interface ChosenWaiting {
  readonly chosen: readonly WaitingEvent[];
  readonly short: (id: string) => string;
}

const mostCandidates = 10;

/**
 * Chooses among the events that wait, the most urgent and oldest first. Throws a `CommandError` for an id that fits
 * nothing, or more than one.
 */
export async function chooseWaiting(
  { ids = [], action, held = false }: WaitingChoice,
  outbox: OutboxDesk,
): Promise<ChosenWaiting> {
  const waiting = [...(await outbox.list())].sort(
    (a, b) => a.priority - b.priority || a.dueAt.getTime() - b.dueAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  const short = shortIds(waiting.map(({ id }) => id));
  const named = new Set<string>();
  for (const id of ids) named.add(await resolve(id, { chosen: waiting, short }, outbox));
  const chosen = waiting.filter(
    (each) =>
      (ids.length === 0 || named.has(each.id)) &&
      (action === undefined || each.action === action) &&
      (!held || each.state === 'held'),
  );
  return { chosen, short };
}

async function resolve(
  beginning: string,
  { chosen: waiting, short }: ChosenWaiting,
  outbox: OutboxDesk,
): Promise<string> {
  const fitting = waiting.filter(({ id }) => beginning !== '' && id.startsWith(beginning));
  const [first] = fitting;
  if (!first)
    throw new CommandError(
      `Nothing that waits has an id that begins with ${JSON.stringify(beginning)}.`,
      'Look with `ackmail outbox list`; `ackmail history` says what left the outbox.',
    );
  if (fitting.length === 1) return first.id;
  const shown = fitting.slice(0, mostCandidates);
  const details = await outbox.details(shown.map(({ id }) => id));
  const candidates = shown.map(({ id, action }) => {
    const event = details.find((detail) => detail.id === id)?.event;
    return `${short(id)} (${action}: ${event ? subjectWords(event.alert) : 'unreadable'})`;
  });
  const more = fitting.length - shown.length;
  throw new CommandError(
    `${beginning} is the beginning of ${fitting.length} ids: ${candidates.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    'Give more of the one that you mean.',
  );
}
