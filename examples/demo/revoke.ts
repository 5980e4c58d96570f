import { alertsMailbox, type Lab } from '../../test/helpers/lab.js';

/** Ends the grant, as an administrator of the provider does; what is logged in with it is cut off. */
export function revoke({ authorization, submission, imap }: Lab): void {
  authorization.revoke(alertsMailbox);
  submission.drop();
  imap.drop('Session invalidated');
}
