import { createNumberRows } from './number-rows.js';

/** What a server said of a mail; how many recipients of each kind there were. */
export interface MailFact {
  readonly atMs: number;
  readonly action: string;
  readonly accepted: number;
  readonly deferred: number;
  readonly rejected: number;
}

/** The mails of one day. */
export interface Mails {
  add(mail: MailFact): void;
  all(): Iterable<MailFact>;
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
    *all() {
      for (let row = 0; row < rows.count; row += 1)
        yield {
          ...{ atMs: rows.get(row, 0), action: actions[rows.get(row, 1)] ?? '' },
          ...{ accepted: rows.get(row, 2), deferred: rows.get(row, 3), rejected: rows.get(row, 4) },
        };
    },
  };
}
