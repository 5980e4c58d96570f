import type { Acknowledgement, AcknowledgeOutcome } from '../core/acknowledgement.js';
import type { Clock } from '../core/clock.js';
import { describe, Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { NoteReply } from './note-reply.js';
import type { ReplyRecord } from './reply-record.js';
import type { SetAside } from './set-aside.js';

/**
 * Takes one reply into the monitor, or only notes that its author is asked what it means, and answers its record with the outcome, which `keep` has put on disk by then.
 * Throws when the host does not take it now, or `signal` is aborted; after 24 hours of that the outcome is `not-taken`, and a person is told.
 */
export type TakeReply = (
  key: string,
  record: ReplyRecord,
  keep: (record: ReplyRecord) => Promise<void>,
  signal: AbortSignal,
) => Promise<ReplyRecord>;

/** What taking replies needs. */
export interface TakeReplySetup {
  readonly acknowledge: (acknowledgement: Acknowledgement) => Promise<AcknowledgeOutcome>;
  readonly setAside: SetAside;
  readonly note: NoteReply;
  readonly clock: Clock;
  readonly log: Log;
}

const patienceMs = 24 * 3_600_000;
/** A host that has not answered by then has not taken it; it knows the source when it is called again. */
const hostLimitMs = 60_000;
const kinds = {
  acknowledge: 'acknowledged',
  unacknowledge: 'unacknowledged',
  comment: 'commented',
} as const;

/** Makes the function that takes replies. */
export function createTakeReply(setup: TakeReplySetup): TakeReply {
  const { acknowledge, note, setAside, clock, log } = setup;

  async function limited(acknowledgement: Acknowledgement, signal: AbortSignal): Promise<AcknowledgeOutcome> {
    const done = new AbortController();
    const end = () => done.abort('over');
    signal.addEventListener('abort', end, { once: true });
    const tooLate = clock
      .until(new Date(clock.now().getTime() + hostLimitMs), done.signal)
      .then((): AcknowledgeOutcome => {
        throw new Fault('HOST_UNAVAILABLE', {
          monitor: 'of the host',
          detail: `no answer in ${hostLimitMs / 1_000} seconds`,
        });
      });
    tooLate.catch(() => undefined);
    try {
      return await Promise.race([acknowledge(acknowledgement), tooLate]);
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
  }

  return async (key, record, keep, signal) => {
    const { acknowledgement } = record;
    if (!acknowledgement) {
      const asked = { ...record, outcome: 'asked' as const };
      await keep(asked);
      await note(key, asked, 'asked');
      return asked;
    }
    let outcome: AcknowledgeOutcome;
    try {
      outcome = await limited(acknowledgement, signal);
    } catch (thrown) {
      if (clock.now().getTime() - record.readAt.getTime() < patienceMs) throw thrown;
      const given = { ...record, outcome: 'not-taken' as const };
      const detail = describe(thrown);
      const fault = new Fault('ACK_NOT_TAKEN', {
        author: acknowledgement.author,
        at: acknowledgement.at.toISOString(),
        detail,
      });
      // Told first: what is on record as given up is not looked at again.
      await setAside.raise(acknowledgement.source, fault, 'critical');
      await keep(given);
      await note(key, given, 'not-taken', detail);
      return given;
    }
    const taken = { ...record, outcome };
    await keep(taken);
    await note(key, taken, kinds[acknowledgement.kind]);
    await setAside.clear(acknowledgement.source, 'ACK_NOT_TAKEN');
    log.info(
      { author: acknowledgement.author, alertIds: acknowledgement.alertIds, outcome },
      `A reply was taken: ${kinds[acknowledgement.kind]}, ${record.reason}.`,
    );
    return taken;
  };
}
