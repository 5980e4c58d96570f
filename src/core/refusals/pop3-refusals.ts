import { again } from './again.js';
import type { ReplyRefusal } from './reply-refusal.js';
import { webSignIn } from './web-sign-in.js';

const credential =
  'Sign in again with the authorization URL as {user} and accept what is asked for; for a login by password check ' +
  'user and password. If a fresh sign-in is refused, too, check that scope names POP at the mail server (at ' +
  'Microsoft POP.AccessAsUser.All of outlook.office.com) and that POP is on for {mailbox}.';

/**
 * Replies of POP3 servers that refuse (Exchange Online, Gmail, and the response codes of RFC 2449 and RFC 3206);
 * the first that fits counts.
 */
export const pop3Refusals: readonly ReplyRefusal[] = [
  {
    says: ['authenticated but not connected'],
    class: 'administrator',
    reason: 'the login is right, but the mailbox does not open',
    remedy:
      'If it lasts, in Exchange Online PowerShell switch POP on: Set-CASMailbox -Identity {mailbox} -PopEnabled ' +
      '$true; where {user} is not the owner: Add-MailboxPermission {mailbox} -User {user} -AccessRights FullAccess.',
  },
  {
    says: ['AccessTokenExpired'],
    class: 'transient',
    reason: 'the access token has come to its end, which is normal',
    remedy: 'Nothing; it connects again with a fresh access token.',
  },
  { codes: ['IN-USE'], class: 'transient', reason: 'another program reads the maildrop', remedy: again },
  {
    codes: ['LOGIN-DELAY'],
    class: 'transient',
    reason: 'the last login was too short a time ago',
    remedy: again,
  },
  {
    codes: ['SYS/TEMP'],
    class: 'transient',
    reason: 'a part of the server is out of order',
    remedy: again,
  },
  {
    codes: ['SYS/PERM'],
    class: 'administrator',
    reason: 'the server cannot serve this maildrop until somebody changes something',
    remedy: 'Read the reply; switch POP on for {mailbox} in the settings of the mail server.',
  },
  {
    says: ['web browser', 'web login required', 'application-specific password'],
    ...webSignIn,
  },
  {
    says: ['too many', 'simultaneous', 'throttl', 'temporar', 'try again'],
    class: 'transient',
    reason: 'the server cannot do it now',
    remedy: again,
  },
  {
    codes: ['AUTH'],
    class: 'sign-in',
    reason: 'the server does not accept the credential (RFC 3206 section 4)',
    remedy: credential,
    credential: true,
  },
  {
    says: ['Authentication fail', 'Logon failure', 'bad password', 'not accepted', 'Invalid credentials'],
    class: 'sign-in',
    reason: 'the server does not accept the credential, or not for this user, scope or permission',
    remedy: credential,
    credential: true,
  },
  {
    during: 'login',
    class: 'administrator',
    reason: 'the server refuses the login for good',
    remedy: 'Check what the reply says, `user` of the account, and that the server allows this login.',
    credential: true,
  },
];
