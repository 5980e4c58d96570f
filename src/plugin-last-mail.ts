import type { Clock } from './core/clock.js';
import type { AccountStatus } from './core/status.js';
import type { History, HistoryEntry } from './core/store.js';

/** When accounts sent last, and when a reply was read from them last, as the history tells it. */
export interface LastMail {
  /** The same history; what is written to it is noted. */
  observe(history: History): History;
  /** Finds what runs before this one have written, once; another call waits for the same look. Never throws. */
  load(): Promise<void>;
  of(account: string): Pick<AccountStatus, 'lastSentAt' | 'lastReplyAt'>;
}

/** How far back it is looked: days of the history are read whole, and nobody must wait long for it. */
const lookBackMs = 3 * 86_400_000;

/** Makes what remembers the last mails of all accounts. */
export function createLastMail(clock: Clock): LastMail {
  const sent = new Map<string, Date>();
  const read = new Map<string, Date>();
  let past: Pick<History, 'since'> | undefined;
  let loading: Promise<void> | undefined;

  const note = ({ kind, at, account, accepted, position }: HistoryEntry) => {
    if (typeof account !== 'string') return;
    const left = (kind === 'sent' || kind === 'answered') && Array.isArray(accepted) && accepted.length > 0;
    // Only what was read in a mailbox has a position there.
    const cameIn = position !== undefined;
    for (const times of [...(left ? [sent] : []), ...(cameIn ? [read] : [])]) {
      const known = times.get(account);
      if (known === undefined || known < at) times.set(account, at);
    }
  };

  async function look(): Promise<void> {
    for await (const entry of past?.since(new Date(clock.now().getTime() - lookBackMs)) ?? []) note(entry);
  }

  return {
    observe(history) {
      past = history;
      return {
        append(entry) {
          note(entry);
          return history.append(entry);
        },
        since: history.since,
      };
    },
    load() {
      // A history that cannot be read is told of elsewhere; without it there is only less to show.
      loading ??= look().catch(() => {});
      return loading;
    },
    of(account) {
      const lastSentAt = sent.get(account);
      const lastReplyAt = read.get(account);
      return { ...(lastSentAt ? { lastSentAt } : {}), ...(lastReplyAt ? { lastReplyAt } : {}) };
    },
  };
}
