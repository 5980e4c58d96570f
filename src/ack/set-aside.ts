import type { Alert } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import { describe, type Fault, type FaultCode } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { ComposedMail } from '../core/mail.js';
import type { Collection } from '../core/store.js';
import type { SystemErrors } from '../core/system-error.js';
import type { ReplyRecord } from './reply-record.js';

/** Tells of the replies that a person must look after, each for as long as there is something to do about it. */
export interface SetAside {
  /** Raises the fault of one reply; once again does no harm. */
  raise(key: string, fault: Fault, severity: 'critical' | 'warning'): Promise<void>;
  /** Clears the fault of one reply: it came through after all. */
  clear(key: string, code: SetAsideCode): Promise<void>;
  /** Clears, until `signal` is aborted, what nobody needs to look after any more. */
  run(signal: AbortSignal): Promise<void>;
}

/** What a reply is set aside for. */
export type SetAsideCode = Extract<FaultCode, 'ACK_NOT_TAKEN' | 'ACK_UNREADABLE'>;

/** What it needs. */
export interface SetAsideSetup {
  /** The name of the account. */
  readonly account: string;
  readonly replies: Pick<Collection<ReplyRecord>, 'get'>;
  readonly mails: Pick<Collection<ComposedMail>, 'get'>;
  readonly alert: (id: string) => Alert | undefined;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
}

const codes: readonly SetAsideCode[] = ['ACK_NOT_TAKEN', 'ACK_UNREADABLE'];
const lookMs = 60_000;
const longestMs = 7 * 86_400_000;

/**
 * Makes what tells of the replies that were set aside.
 *
 * Each is a system error of its own. It stands until none of the alerts of the reply is firing any more, or seven
 * days; a comment and an `unack` until they are resolved. Another reply that goes well ends none.
 */
export function createSetAside(setup: SetAsideSetup): SetAside {
  const { account, replies, mails, alert, systemErrors, clock, log } = setup;
  const subjectOf = (key: string) => `${account}/${key}`;

  async function isOver(key: string): Promise<boolean> {
    const record = await replies.get(key);
    // What is still open was raised, and not written down yet.
    if (!record) return false;
    const { acknowledgement, mailId } = record;
    const ids = acknowledgement?.alertIds ?? (await mails.get(mailId))?.alertIds ?? [];
    const takes = acknowledgement === undefined || acknowledgement.kind === 'acknowledge';
    return ids.every((id) => {
      const status = alert(id)?.status ?? 'resolved';
      return status === 'resolved' || (takes && status === 'acknowledged');
    });
  }

  async function clearWhatIsOver(): Promise<void> {
    for (const { code, subject, since } of systemErrors.list()) {
      if (!codes.some((each) => each === code) || !subject.startsWith(subjectOf(''))) continue;
      const isOld = clock.now().getTime() - since.getTime() >= longestMs;
      if (isOld || (await isOver(subject.slice(subjectOf('').length))))
        await systemErrors.clear(code, subject);
    }
  }

  return {
    raise: (key, { code, message, remedy }, severity) =>
      systemErrors.raise({ code, subject: subjectOf(key), severity, message, remedy }),
    clear: (key, code) => systemErrors.clear(code, subjectOf(key)),
    async run(signal) {
      while (!signal.aborted) {
        await clearWhatIsOver().catch((thrown) => log.warn({ account }, describe(thrown)));
        await clock.until(new Date(clock.now().getTime() + lookMs), signal);
      }
    },
  };
}
