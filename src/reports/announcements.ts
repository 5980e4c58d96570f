import type { Clock } from '../core/clock.js';
import type { SystemError, SystemErrorChange } from '../core/system-error.js';
import type { ErrorBook } from './error-book.js';
import type { StandingError } from './standing-errors.js';

/** Who tells people of the errors in a book, and remembers what they were told. */
export interface Announcements {
  /** Tells that an error stands, where that was not told, or that it still does, where it is time. */
  announce(key: string): Promise<void>;
  /** Tells that an error is cleared. */
  announceEnd(key: string): Promise<void>;
  /** Tells what could not be told before and what is due; what is being told now is left alone. */
  makeUp(): Promise<void>;
}

/** What announcing needs. */
export interface AnnouncementsSetup {
  readonly book: ErrorBook;
  readonly clock: Clock;
  readonly onChange: (error: SystemError, change: SystemErrorChange) => Promise<void>;
  /** Runs a task that may fail; answers whether it did not, and has said so. */
  readonly attempt: (error: SystemError, what: string, task: () => Promise<void>) => Promise<boolean>;
  /** Told when an end was told. */
  readonly onEnded: (error: SystemError) => Promise<unknown>;
}

const dayMs = 86_400_000;

/** Makes the announcements: of one error one after another, in the order in which they were asked for. */
export function createAnnouncements(setup: AnnouncementsSetup): Announcements {
  const { book, clock, onChange, attempt } = setup;
  const { standing, cleared } = book;
  const turns = new Map<string, Promise<void>>();

  const inTurn = (key: string, task: () => Promise<void>) => {
    const turn = (turns.get(key) ?? Promise.resolve()).then(task);
    turns.set(key, turn);
    return turn.finally(() => {
      if (turns.get(key) === turn) turns.delete(key);
    });
  };
  const write = (error: SystemError) => attempt(error, 'written', book.write);

  const tell = async (key: string) => {
    const entry = standing.get(key);
    if (entry === undefined) return;
    const change = dueChange(entry, clock.now());
    if (change === undefined) return;
    const { error } = entry;
    if (change === 'raised') await write(error);
    if (!(await attempt(error, 'announced', () => onChange(error, change)))) return;
    const { since, step } = error;
    // An end that comes after the next beginning would be taken for the end of that.
    if (cleared.get(key)?.error.since !== since) cleared.delete(key);
    const current = standing.get(key);
    if (current === undefined || current.error.since !== since) return;
    standing.set(key, { ...current, told: { at: clock.now(), ...(step === undefined ? {} : { step }) } });
    await write(current.error);
  };

  const tellEnd = async (key: string) => {
    const entry = cleared.get(key);
    if (entry === undefined) return;
    if (!(await attempt(entry.error, 'announced as cleared', () => onChange(entry.error, 'cleared')))) return;
    if (cleared.get(key) === entry) cleared.delete(key);
    await write(entry.error);
    await setup.onEnded(entry.error);
  };

  const announce = (key: string) => inTurn(key, () => tell(key));
  const announceEnd = (key: string) => inTurn(key, () => tellEnd(key));

  return {
    announce,
    announceEnd,
    async makeUp() {
      const idle = (key: string) => !turns.has(key);
      const ended = [...cleared.keys()].filter(idle);
      await Promise.all([...[...standing.keys()].filter(idle).map(announce), ...ended.map(announceEnd)]);
    },
  };
}

/** What people are to be told of a standing error now, if anything. */
function dueChange({ error, told }: StandingError, now: Date): SystemErrorChange | undefined {
  if (told === undefined) return 'raised';
  if (error.step !== undefined || told.step !== undefined)
    return error.step === told.step ? undefined : 'reminded';
  // Also where the clock was set back by days.
  return Math.abs(now.getTime() - told.at.getTime()) >= dayMs ? 'reminded' : undefined;
}
