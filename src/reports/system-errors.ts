import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Collection, History } from '../core/store.js';
import type {
  RaisedSystemError,
  SystemError,
  SystemErrorChange,
  SystemErrors,
} from '../core/system-error.js';
import { createAnnouncements } from './announcements.js';
import { createErrorBook } from './error-book.js';
import { errorKey } from './error-key.js';
import type { StandingErrors } from './standing-errors.js';

/** What the system errors need. */
export interface SystemErrorsSetup {
  /** The collection `system-errors`, of which one document is used: `standing`. */
  readonly document: Collection<StandingErrors>;
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
  /**
   * Told once when an error begins to stand, once a day (or once a step) while it does, and once when it is
   * cleared, in this order for one error. The caller of `raise` waits for it, so it must not wait for people
   * or networks, nor for `raise` or `clear` of the same error. When it throws, the error stands (or is
   * cleared) all the same, and it is told again later.
   */
  readonly onChange: (error: SystemError, change: SystemErrorChange) => Promise<void>;
}

const lookMs = 60_000;

/**
 * Makes the standing system errors over their document.
 *
 * A raised error is written, then announced, and that it was announced is written too: a crash in between
 * announces it at the next `load`. While it stands it is announced once a day, or at each of its steps,
 * however often it is raised and over restarts. A cleared error is announced, then removed. What could not be
 * announced is tried again at the next `raise` or `clear`, whatever that is about, and every minute between
 * `start` and stop. A disk that cannot be written makes neither `raise` nor `clear` throw: the error is shown,
 * logged and announced.
 */
export function createSystemErrors(setup: SystemErrorsSetup): SystemErrors & {
  /** Reads what stood at the last stop, and announces what was not announced then. */
  load(): Promise<void>;
  /** Reminds people of what stands and makes up for what could not be announced, until `signal` is aborted. */
  start(signal: AbortSignal): Promise<void>;
} {
  const { clock, log, history, onChange } = setup;
  const book = createErrorBook(setup.document);
  const { standing, cleared } = book;

  const attempt = async ({ code, subject }: RaisedSystemError, what: string, task: () => Promise<void>) => {
    try {
      await task();
      return true;
    } catch (thrown) {
      log.error({ code, subject, detail: describe(thrown) }, `A system error could not be ${what}.`);
      return false;
    }
  };
  const note = (error: SystemError, kind: string) => {
    const { code, subject, severity, message, since, count } = error;
    return attempt(error, 'noted in history', () =>
      history.append({ at: clock.now(), kind, code, subject, severity, message, since, count }),
    );
  };
  const { announce, announceEnd, makeUp } = createAnnouncements({
    ...{ book, clock, onChange, attempt },
    onEnded: (error) => note(error, 'cleared'),
  });

  return {
    list: () => [...standing.values()].map(({ error }) => error).sort(worstAndOldestFirst),

    async load() {
      await book.read();
      await makeUp();
    },

    async raise(raised) {
      await attempt(raised, 'compared with those that stand', book.read);
      const key = errorKey(raised);
      const before = standing.get(key);
      const error: SystemError = {
        ...raised,
        // The same object for as long as it stands, and never the same moment twice: it names this standing.
        since: before?.error.since ?? book.nextSince(clock.now()),
        count: (before?.error.count ?? 0) + 1,
      };
      standing.set(key, { ...before, error });
      if (before === undefined) {
        log.error({ code: error.code, subject: error.subject }, error.message);
        await note(error, 'raised');
      } else if (before.told && (isChanged(before.error, error) || isPowerOfTwo(error.count))) {
        await attempt(error, 'written', book.write);
      }
      await announce(key);
      await makeUp();
    },

    async clear(code, subject) {
      const key = errorKey({ code, subject });
      await book.read().catch(() => {});
      const entry = standing.get(key);
      if (entry !== undefined) {
        standing.delete(key);
        cleared.set(key, entry);
        log.info({ code, subject }, 'A system error is cleared.');
        await announceEnd(key);
      }
      await makeUp();
    },

    async start(signal) {
      while (!signal.aborted) {
        await clock.until(new Date(clock.now().getTime() + lookMs), signal);
        if (!signal.aborted) await makeUp();
      }
    },
  };
}

function isChanged(a: SystemError, b: SystemError): boolean {
  return (
    a.message !== b.message ||
    a.remedy !== b.remedy ||
    a.severity !== b.severity ||
    a.step !== b.step ||
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
