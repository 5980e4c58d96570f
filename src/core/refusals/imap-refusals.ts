import { again } from './again.js';
import type { ReplyRefusal } from './reply-refusal.js';
import { webSignIn } from './web-sign-in.js';

const credential =
  'Sign in again with the authorization URL as {user} and accept what is asked for; for a login by password check ' +
  'user and password. If a fresh sign-in is refused, too, check that scope names IMAP at the mail server (at ' +
  'Microsoft IMAP.AccessAsUser.All of outlook.office.com, not of Graph) and that IMAP is on for {mailbox}.';

/**
 * Replies of IMAP servers that refuse (Exchange Online, Gmail, and the response codes of RFC 5530 for the rest);
 * the first that fits counts.
 */
export const imapRefusals: readonly ReplyRefusal[] = [
  {
    says: ['authenticated but not connected'],
    class: 'administrator',
    reason: 'the login is right, but the mailbox does not open',
    remedy:
      'It is tried three times, since it may only be throttled or a permission that is not in effect yet. If it ' +
      'lasts, in Exchange Online PowerShell switch IMAP on: Set-CASMailbox -Identity {mailbox} -ImapEnabled $true; ' +
      'where {user} is not the owner: Add-MailboxPermission {mailbox} -User {user} -AccessRights FullAccess.',
  },
  {
    says: ['AccessTokenExpired'],
    class: 'transient',
    reason: 'the access token has come to its end, which is normal',
    remedy: 'Nothing; it connects again with a fresh access token.',
  },
  {
    says: ['Connection is closed. 13', 'Connection is closed. 14'],
    class: 'transient',
    reason: 'the server renews its connections',
    remedy: 'Nothing; it connects again by itself.',
  },
  {
    says: ['Suggested Backoff Time', 'throttl'],
    class: 'transient',
    reason: 'the server slows down who asks too often',
    remedy:
      'Nothing now; it waits as long as the server says. If it lasts, let fewer programs read the mailbox.',
  },
  {
    codes: ['UNAVAILABLE', 'SERVERBUG'],
    class: 'transient',
    reason: 'a part of the server is out of order',
    remedy: again,
  },
  { codes: ['INUSE'], class: 'transient', reason: 'the mailbox is locked by another program', remedy: again },
  {
    says: ['web browser', 'web login required', 'application-specific password'],
    ...webSignIn,
  },
  { codes: ['LIMIT'], class: 'transient', reason: 'a limit of the server is reached', remedy: again },
  {
    says: ['too many', 'simultaneous'],
    class: 'transient',
    reason: 'too many connections at the same time',
    remedy: `${again} If it lasts, close other programs that read the mailbox (Gmail allows 15 connections).`,
  },
  {
    says: ['temporar', 'try again'],
    class: 'transient',
    reason: 'the server cannot do it now',
    remedy: again,
  },
  {
    codes: ['NONEXISTENT', 'TRYCREATE'],
    class: 'administrator',
    reason: 'there is no such mailbox',
    remedy: 'Create the mailbox, or name another one in `imap.mailbox`.',
  },
  {
    codes: ['AUTHORIZATIONFAILED', 'NOPERM'],
    class: 'administrator',
    reason: 'who signed in has no right to this mailbox',
    remedy: 'Give {user} the right to read {mailbox}, or name its own mailbox in the settings.',
  },
  {
    codes: ['EXPIRED'],
    class: 'sign-in',
    reason: 'the password of the user has expired',
    remedy: 'Set a new password for {user}, and sign in again with the authorization URL.',
  },
  {
    codes: ['PRIVACYREQUIRED'],
    class: 'administrator',
    reason: 'the server wants TLS first',
    remedy: 'Set `imap.security` to starttls, or to tls with port 993.',
  },
  {
    codes: ['CONTACTADMIN'],
    class: 'administrator',
    reason: 'the server wants an administrator to look at the account',
    remedy: 'Have the administrator of the mail server look at {mailbox}.',
  },
  {
    codes: ['AUTHENTICATIONFAILED'],
    class: 'sign-in',
    reason: 'the server does not accept the credential',
    remedy: credential,
    credential: true,
  },
  {
    says: ['AUTHENTICATE failed', 'LOGIN failed', 'Invalid credentials', 'Authentication failed'],
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
