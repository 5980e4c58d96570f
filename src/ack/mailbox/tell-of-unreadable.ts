import { Fault } from '../../core/fault.js';
import type { SystemErrors } from '../../core/system-error.js';

/** Tells people of a mail of an account that its server refuses to hand out, and why. */
export async function tellOfUnreadable(
  systemErrors: SystemErrors,
  account: string,
  position: string,
  detail: string,
): Promise<void> {
  const { code, message, remedy } = new Fault('ACK_UNREADABLE', { position, account, detail });
  // What looks after standing errors takes the subject for the name of a document.
  const subject = `${account}/${position
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(-100)}`;
  await systemErrors.raise({ code, subject, severity: 'warning', message, remedy });
}
