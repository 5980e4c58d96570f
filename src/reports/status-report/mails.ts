import type { DeliveryCount } from '../../core/status-report.js';
import { createNumberRows } from './number-rows.js';

/** What a server said of a mail; how many recipients of each kind there were. */
export interface MailFact {
  readonly atMs: number;
  readonly action: string;
  readonly accepted: number;
  readonly deferred: number;
  readonly rejected: number;
}

/** What became of some mails. */
export type MailSums = Pick<DeliveryCount, 'mails' | 'accepted' | 'deferred' | 'rejected'>;

/** The mails of one day. */
export interface Mails {
  add(mail: MailFact): void;
  /** Adds up the mails of a span by their action; `mails` are those that were accepted for anybody. */
  count(fromMs: number, toMs: number): ReadonlyMap<string, MailSums>;
}

type Sums = { -readonly [K in keyof MailSums]: number };

/** Makes the list of a day. */
export function createMails(): Mails {
  const actions: string[] = [];
  const rows = createNumberRows(5);
  const all = new Map<string, Sums>();
  let [firstMs, lastMs] = [Infinity, -Infinity];
  return {
    add(mail) {
      const { atMs, action, accepted, deferred, rejected } = mail;
      const known = actions.indexOf(action);
      const index = known === -1 ? actions.push(action) - 1 : known;
      rows.add(atMs, index, accepted, deferred, rejected);
      firstMs = Math.min(firstMs, atMs);
      lastMs = Math.max(lastMs, atMs);
      addUp(all, action, accepted, deferred, rejected);
    },
    count(fromMs, toMs) {
      if (fromMs <= firstMs && lastMs < toMs) return all;
      const sums = new Map<string, Sums>();
      for (let row = 0; row < rows.count; row += 1) {
        const atMs = rows.get(row, 0);
        const action = actions[rows.get(row, 1)];
        if (action !== undefined && atMs >= fromMs && atMs < toMs)
          addUp(sums, action, rows.get(row, 2), rows.get(row, 3), rows.get(row, 4));
      }
      return sums;
    },
  };
}

function addUp(
  sums: Map<string, Sums>,
  action: string,
  accepted: number,
  deferred: number,
  rejected: number,
): void {
  const before = sums.get(action) ?? { mails: 0, accepted: 0, deferred: 0, rejected: 0 };
  before.mails += accepted > 0 ? 1 : 0;
  before.accepted += accepted;
  before.deferred += deferred;
  before.rejected += rejected;
  sums.set(action, before);
}
