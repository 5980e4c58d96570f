import type { ComposedMail } from '../../core/mail.js';
import { mailRecipients } from './mail-recipients.js';

/** How long a server may put off some recipients of a mail that others have. */
const longestPutOffMs = 60 * 60_000;

/**
 * Those whom a server still puts off (greylisting, a mailbox that is full) an hour after others have the mail count as
 * refused: the others must hear what becomes of the alert, and people are told who did not get it. What is told next
 * is tried for everybody anew.
 */
export function passOver(mail: ComposedMail, now: Date): ComposedMail {
  const { recipients } = mail;
  const acceptedMs = mailRecipients(mail, 'accepted').map(
    (name) => recipients[name]?.at?.getTime() ?? Infinity,
  );
  if (now.getTime() - Math.min(...acceptedMs) < longestPutOffMs) return mail;
  const putOff = mailRecipients(mail, 'deferred');
  if (acceptedMs.length === 0 || putOff.length === 0) return mail;
  const refused = putOff.map((name) => [name, { ...recipients[name], status: 'rejected' as const }]);
  return { ...mail, recipients: { ...recipients, ...Object.fromEntries(refused) } };
}
