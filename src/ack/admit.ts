import type { Clock } from '../core/clock.js';
import type { Reply } from '../core/mail.js';
import type { HeaderFields } from './header-fields.js';
import { findingsOf, type Judgement, type SettledJudgement } from './judgement/judgement.js';
import type { PutOff } from './put-off.js';
import type { createIsReplay } from './trust/replays.js';
import type { SenderRate } from './trust/sender-rate.js';

/**
 * Lets a reply that was judged act, refuses it after all, or puts it off, which is on disk when this returns `undefined`:
 * the same reply, once more; too many of one sender; a DNS server that does not answer.
 */
export type Admit = (
  reply: Reply,
  key: string,
  fields: HeaderFields,
  judgement: Judgement,
) => Promise<SettledJudgement | undefined>;

/** What admitting replies needs. */
export interface AdmitSetup {
  readonly putOff: PutOff;
  readonly isReplay: ReturnType<typeof createIsReplay>;
  readonly rate: SenderRate;
  readonly clock: Clock;
}

const patienceMs = 24 * 3_600_000;
const longestWaitMs = 5 * 60_000;
const firstWaitMs = 5_000;
/** More of one sender are no person's, and more in all stay in the mailbox. */
const mostOfSender = 300;
const mostWaiting = 2_000;
/** The same where nothing shows yet who sent it: anybody may have, so they take no room of others. */
const mostUnshownOfSender = 20;
const mostUnshown = 1_000;

/** Makes the function that admits replies. */
export function createAdmit({ putOff, isReplay, rate, clock }: AdmitSetup): Admit {
  return async (reply, key, fields, judgement) => {
    if (judgement.verdict === 'refused') return judgement;
    const { sender, reference } = judgement;
    const nowMs = clock.now().getTime();
    const refused = (kind: 'unauthenticated' | 'replayed' | 'flood', why: string): SettledJudgement => ({
      ...findingsOf(judgement),
      ...{ verdict: 'refused', kind, reason: why },
    });
    const wait = async (dueAt: Date, isRate: boolean): Promise<undefined> => {
      await putOff.put(key, reply, { sender, dueAt, isRate });
    };
    const isNew = putOff.since(key) === undefined;

    if (judgement.verdict === 'put-off') {
      const waitedMs = nowMs - (putOff.since(key)?.getTime() ?? nowMs);
      if (waitedMs >= patienceMs) return refused('unauthenticated', `for 24 hours, ${judgement.reason}`);
      const isFull = putOff.count(false, sender) >= mostUnshownOfSender || putOff.count(false) >= mostUnshown;
      if (isNew && isFull)
        return refused('unauthenticated', `${judgement.reason}, and too many wait already`);
      return wait(new Date(nowMs + Math.min(Math.max(waitedMs, firstWaitMs), longestWaitMs)), false);
    }
    const marks = { fields, sender, mailId: reference?.mailId ?? '', ownText: judgement.ownText ?? '' };
    if (await isReplay(key, marks))
      return refused('replayed', 'it is the same reply as one before, under another Message-ID');
    const roomAt = putOff.behind(key, sender) ?? rate.take(sender);
    if (!roomAt) return judgement;
    if (isNew && putOff.count(true, sender) >= mostOfSender)
      return refused('flood', `${mostOfSender} replies of ${sender} wait already`);
    if (isNew && putOff.count(true) >= mostWaiting) throw new Error(`${mostWaiting} replies wait already`);
    return wait(roomAt, true);
  };
}
