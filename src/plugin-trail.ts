import type { HistoryEntry } from './core/store.js';

const saidKinds = ['acknowledged', 'unacknowledged', 'commented'];
const togetherMs = 60_000;

/**
 * Joins what two entries of the history say of the same thing: that an alert was acknowledged and who said so, until
 * when, by what words; and that a mail was sent and that people were told. `emails` are the actions that mail.
 */
export function joinTrail(
  entries: readonly HistoryEntry[],
  emails: readonly string[],
): readonly HistoryEntry[] {
  const said = entries.filter(({ kind, alert }) => saidKinds.includes(kind) && alert === undefined);
  const noted = new Set<HistoryEntry>();
  for (const entry of said) {
    const note = entries.find((each) => !noted.has(each) && isNoteOf(each, entry));
    if (note) noted.add(note);
  }
  const mails = new Set(entries.filter(({ kind }) => kind === 'sent').map(({ action }) => action));
  const isSent = ({ kind, action }: HistoryEntry) =>
    kind === 'told' && typeof action === 'string' && emails.includes(action) && mails.has(action);
  return entries.filter((entry) => !noted.has(entry) && !isSent(entry));
}

function isNoteOf(note: HistoryEntry, said: HistoryEntry): boolean {
  return (
    note['alert'] !== undefined &&
    note.kind === said.kind &&
    note['author'] === said['author'] &&
    note['comment'] === said['comment'] &&
    Math.abs(said.at.getTime() - note.at.getTime()) < togetherMs
  );
}
