import type { Fault } from '../../core/fault.js';
import type { SystemErrors } from '../../core/system-error.js';

/**
 * Raises that a user's template does not work. It is about the file, and so it is told by the action of that
 * template too: its mails still leave.
 */
export function tellTemplate(
  { code, message, remedy, facts }: Fault,
  systemErrors: SystemErrors,
): Promise<void> {
  return systemErrors.raise({
    code,
    subject: String(facts['file']),
    severity: 'warning',
    message,
    remedy,
  });
}
