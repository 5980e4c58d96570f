import type { Alert } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { History } from '../core/store.js';
import { subjectWords } from './email/subject-words.js';

/** Notes in history what happened to an alert; it never fails, since history has no say in what happens. */
export type NoteAlert = (
  kind: string,
  alert: Alert,
  facts?: Readonly<Record<string, string>>,
) => Promise<void>;

/** Makes the note taker. */
export function createAlertNotes(history: History, clock: Clock, log: Log): NoteAlert {
  return async (kind, alert, facts = {}) => {
    const { id, fingerprint, source, severity } = alert;
    const name = subjectWords(alert);
    try {
      await history.append({
        at: clock.now(),
        kind,
        name,
        alert: id,
        fingerprint,
        source,
        severity,
        ...facts,
      });
    } catch (thrown) {
      log.warn({ alert: id, detail: describe(thrown) }, 'History could not be written.');
    }
  };
}
