import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Collection, History } from '../core/store.js';
import type { RaisedSystemError, SystemError, SystemErrors } from '../core/system-error.js';
import type { StandingError, StandingErrors } from './standing-errors.js';

/** What the system errors need. */
export interface SystemErrorsSetup {
  /** The collection `system-errors`, of which one document is used: `standing`. */
  readonly document: Collection<StandingErrors>;
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
  /**
   * Told once when an error begins to stand and once when it is cleared, in this order for one error. The
   * caller of `raise` waits for it, so it must not wait for people or networks, nor for `raise` or `clear` of
   * the same error. When it throws, the error stands (or is cleared) all the same, and it is told at the next
   * `raise` or `clear` of any error.
   */
  readonly onChange: (error: SystemError, change: 'raised' | 'cleared') => Promise<void>;
}

const documentName = 'standing';

/**
 * Makes the standing system errors over their document.
 *
 * A raised error is written, then announced, and that it was announced is written too: a crash in between
 * announces it at the next `load`. A cleared error is announced, then removed, for the same reason; what could
 * not be announced is tried again at the next `raise` or `clear`, whatever that is about. A disk
 * that cannot be written makes neither `raise` nor `clear` throw: the error is shown, logged and announced.
 */
export function createSystemErrors(setup: SystemErrorsSetup): SystemErrors & {
  /** Reads what stood at the last stop, and announces what was not announced then. */
  load(): Promise<void>;
} {
  const { document, clock, log, history, onChange } = setup;
  const standing = new Map<string, StandingError>();
  /** Cleared, and those who are to know could not be told yet. */
  const cleared = new Map<string, StandingError>();
  const announcements = new Map<string, Promise<void>>();
  let lastSinceMs = 0;
  let lastWrite: Promise<void> = Promise.resolve();
  let reading: Promise<void> | undefined;

  const read = () => {
    reading ??= document.get(documentName).then(
      (stored) => {
        for (const entry of stored?.errors ?? []) {
          const key = keyOf(entry.error);
          if (!standing.has(key)) standing.set(key, entry);
          lastSinceMs = Math.max(lastSinceMs, entry.error.since.getTime());
        }
      },
      (error: unknown) => {
        reading = undefined;
        throw error;
      },
    );
    return reading;
  };

  const attempt = async ({ code, subject }: RaisedSystemError, what: string, task: () => Promise<void>) => {
    try {
      await task();
      return true;
    } catch (thrown) {
      log.error({ code, subject, detail: describe(thrown) }, `A system error could not be ${what}.`);
      return false;
    }
  };

  // Each write takes what stands when its turn comes, so that the last one is right whatever went on meanwhile.
  const persist = (error: SystemError) =>
    attempt(error, 'written', async () => {
      await read();
      lastWrite = lastWrite
        .then(noop, noop)
        .then(() => document.put(documentName, { errors: [...standing.values(), ...cleared.values()] }));
      await lastWrite;
    });

  const note = ({ code, subject, severity, message, since, count }: SystemError, kind: string) =>
    attempt({ code, subject, severity, message, remedy: '' }, 'noted in history', () =>
      history.append({ at: clock.now(), kind, code, subject, severity, message, since, count }),
    );

  /** Runs the announcements of one error in the order in which they were asked for. */
  const inOrder = (key: string, task: () => Promise<void>) => {
    const turn = (announcements.get(key) ?? Promise.resolve()).then(task);
    announcements.set(key, turn);
    return turn.finally(() => {
      if (announcements.get(key) === turn) announcements.delete(key);
    });
  };

  const announce = ({ error: { since } }: StandingError, key: string) =>
    inOrder(key, async () => {
      const entry = standing.get(key);
      if (entry === undefined || entry.announced || entry.error.since !== since) return;
      await persist(entry.error);
      if (!(await attempt(entry.error, 'announced', () => onChange(entry.error, 'raised')))) return;
      // An end that comes after the next beginning would be taken for the end of that.
      if (cleared.get(key)?.error.since !== since) cleared.delete(key);
      const current = standing.get(key);
      if (current?.error.since !== since) return;
      standing.set(key, { ...current, announced: true });
      await persist(current.error);
    });

  const announceEnd = (key: string) =>
    inOrder(key, async () => {
      const entry = cleared.get(key);
      if (entry === undefined) return;
      if (!(await attempt(entry.error, 'announced as cleared', () => onChange(entry.error, 'cleared'))))
        return;
      if (cleared.get(key) === entry) cleared.delete(key);
      await persist(entry.error);
      await note(entry.error, 'cleared');
    });

  /** Tells what could not be told before; what is being told now is left alone. */
  const makeUp = async () => {
    const idle = (key: string) => !announcements.has(key);
    const raised = [...standing].filter(([key, entry]) => !entry.announced && idle(key));
    const ended = [...cleared.keys()].filter(idle);
    await Promise.all([...raised.map(([key, entry]) => announce(entry, key)), ...ended.map(announceEnd)]);
  };

  return {
    list: () => [...standing.values()].map(({ error }) => error).sort(worstAndOldestFirst),

    async load() {
      await read();
      await Promise.all([...standing].map(([key, entry]) => announce(entry, key)));
    },

    async raise(raised) {
      await attempt(raised, 'compared with those that stand', read);
      const key = keyOf(raised);
      const before = standing.get(key);
      if (before === undefined) lastSinceMs = Math.max(lastSinceMs + 1, clock.now().getTime());
      const error: SystemError = {
        ...raised,
        // The same object for as long as it stands, and never the same moment twice: it names this standing.
        since: before?.error.since ?? new Date(lastSinceMs),
        count: (before?.error.count ?? 0) + 1,
      };
      const entry = { error, announced: before?.announced ?? false };
      standing.set(key, entry);
      if (before === undefined) {
        log.error({ code: error.code, subject: error.subject }, error.message);
        await note(error, 'raised');
      } else if (before.announced && (isChanged(before.error, error) || isPowerOfTwo(error.count))) {
        await persist(error);
      }
      await announce(entry, key);
      await makeUp();
    },

    async clear(code, subject) {
      const key = `${code}/${subject}`;
      await read().catch(noop);
      const entry = standing.get(key);
      if (entry !== undefined) {
        standing.delete(key);
        cleared.set(key, entry);
        log.info({ code, subject }, 'A system error is cleared.');
        await announceEnd(key);
      }
      await makeUp();
    },
  };
}

function keyOf({ code, subject }: RaisedSystemError): string {
  return `${code}/${subject}`;
}

function isChanged(a: SystemError, b: SystemError): boolean {
  return (
    a.message !== b.message ||
    a.remedy !== b.remedy ||
    a.severity !== b.severity ||
    a.authorizationUrl !== b.authorizationUrl
  );
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}

function worstAndOldestFirst(a: SystemError, b: SystemError): number {
  if (a.severity !== b.severity) return a.severity === 'critical' ? -1 : 1;
  return a.since.getTime() - b.since.getTime();
}

function noop(): void {}
