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
  count(fromMs: number, toMs: number, add: (action: string, sums: MailSums) => void): void;
}

/** Makes the list of a day. */
export function createMails(): Mails {
  const actions: string[] = [];
  const rows = createNumberRows(5);
  return {
    add({ atMs, action, accepted, deferred, rejected }) {
      const known = actions.indexOf(action);
      const index = known === -1 ? actions.push(action) - 1 : known;
      rows.add(atMs, index, accepted, deferred, rejected);
    },
    count(fromMs, toMs, add) {
      for (const [index, action] of actions.entries()) {
        const sums = { mails: 0, accepted: 0, deferred: 0, rejected: 0 };
        for (let row = 0; row < rows.count; row += 1) {
          const atMs = rows.get(row, 0);
          if (rows.get(row, 1) !== index || atMs < fromMs || atMs >= toMs) continue;
          sums.mails += rows.get(row, 2) > 0 ? 1 : 0;
          sums.accepted += rows.get(row, 2);
          sums.deferred += rows.get(row, 3);
          sums.rejected += rows.get(row, 4);
        }
        add(action, sums);
      }
    },
  };
}
