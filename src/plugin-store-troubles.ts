import { describe, type Fault } from './core/fault.js';
import type { Log } from './core/host.js';
import type { OnDamage } from './core/store.js';
import type { SystemErrors } from './core/system-error.js';

/** Who is told of what happens to the data directory. */
export interface StoreTroubles {
  /** A document was set aside. */
  readonly onDamage: OnDamage;
  /** Nothing can be written any more, for a reason, or all can be again. */
  readonly onWritable: (fault: Fault | undefined) => void;
}

/** Makes the system errors of what happens to the data directory; nobody waits for them. */
export function createStoreTroubles(systemErrors: SystemErrors, log: Log): StoreTroubles {
  const raise = ({ code, message, remedy }: Fault, subject: string, severity: 'critical' | 'warning') => {
    systemErrors.raise({ code, subject, severity, message, remedy }).catch((thrown: unknown) => {
      log.error({ detail: describe(thrown) }, 'A trouble of the data directory could not be told of.');
    });
  };
  const unwritable = { code: 'STORE_UNWRITABLE', subject: 'data directory' } as const;

  return {
    onDamage(fault) {
      log.error({ code: fault.code }, fault.message);
      const subject = String(fault.facts['file'] ?? 'store');
      // What waited to be told, and an acknowledgement on its way, must not go missing unseen.
      raise(fault, subject, /\/(outbox|alerts|replies)\//.test(subject) ? 'critical' : 'warning');
    },
    onWritable(fault) {
      if (fault) raise(fault, unwritable.subject, 'critical');
      else void systemErrors.clear(unwritable.code, unwritable.subject);
    },
  };
}
