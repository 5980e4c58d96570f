import type { ComposedMail, RecipientStatus } from '../../core/mail.js';

/** The recipients of a mail that got as far as one of these, in the order of what is asked for. */
export function mailRecipients(
  mail: ComposedMail,
  ...statuses: readonly RecipientStatus['status'][]
): readonly string[] {
  const names = Object.keys(mail.recipients);
  return statuses.flatMap((status) => names.filter((name) => mail.recipients[name]?.status === status));
}
