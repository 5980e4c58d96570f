import type { ReplyRefusal } from './reply-refusal.js';
import { webSignIn } from './web-sign-in.js';

const hourMs = 3_600_000;

const sendAs: ReplyRefusal = {
  about: 'account',
  class: 'administrator',
  reason: 'the user who signs in may not send as the address in From',
  remedy:
    'Set `from` to the address of {user}, or in Exchange Online PowerShell give the right: ' +
    'Add-RecipientPermission {mailbox} -Trustee {user} -AccessRights SendAs (it takes up to an hour).',
};
const passwordIsOff: ReplyRefusal = {
  about: 'account',
  class: 'administrator',
  reason: 'the provider takes no passwords any more, only OAuth 2.0',
  remedy: 'Set `grant: authorization_code` for the account in place of the password, and sign in.',
};
const connections: ReplyRefusal = {
  about: 'connections',
  class: 'transient',
  reason: 'too many connections at the same time',
  remedy:
    'Nothing now; it is tried again by itself. If it lasts, lower `smtp.connections`: Exchange Online allows 3 for ' +
    'a mailbox, those of other programs counted.',
};
const tooManyRecipients: ReplyRefusal = {
  about: 'recipients',
  class: 'transient',
  reason: 'too many recipients in one mail (RFC 5321 section 4.5.3.1.10)',
  remedy: 'Nothing; the others get the same mail in the next transaction.',
};
const limitWords =
  'Nothing now; it is tried again every hour, and the limit ends within 24 hours. If it comes often,';
const throttled: ReplyRefusal = {
  class: 'transient',
  reason: 'the server is busy or slows the sender down',
  remedy:
    'Nothing now; it is tried again by itself. If it lasts, read the reply: it may name a limit or a block of the provider.',
};
const unknownRecipient: ReplyRefusal = {
  class: 'administrator',
  reason: 'there is no such recipient',
  remedy: 'Check the address in `to` or `cc` of the action.',
};
const checkCredential =
  'Sign in again with the authorization URL as {user} and accept what is asked for; for a login by password check ' +
  'user and password. If a fresh sign-in is refused, too,';

/**
 * Replies of submission servers that refuse (Exchange Online, Gmail, and RFC 5321, RFC 4954, RFC 3463 for the rest);
 * the first that fits counts.
 */
export const smtpRefusals: readonly ReplyRefusal[] = [
  {
    says: ['SmtpClientAuthentication is disabled'],
    class: 'administrator',
    reason: 'SMTP AUTH is switched off for the mailbox or the tenant, also for OAuth 2.0',
    remedy:
      'In Exchange Online PowerShell switch it on for this user: Set-CASMailbox -Identity {user} ' +
      '-SmtpClientAuthenticationDisabled $false; or for the whole tenant: Set-TransportConfig ' +
      '-SmtpClientAuthenticationDisabled $false. It takes up to an hour.',
  },
  { codes: ['5.7.30'], ...passwordIsOff },
  { says: ['basic authentication is not supported', 'basic authentication is disabled'], ...passwordIsOff },
  {
    codes: ['5.7.139'],
    says: ['credentials were incorrect'],
    class: 'administrator',
    reason: 'user or password is wrong',
    remedy: 'Check user and password in the settings, or better set `grant: authorization_code` and sign in.',
    credential: true,
  },
  {
    codes: ['5.7.139'],
    class: 'administrator',
    reason: 'a policy (security defaults, Conditional Access, an authentication policy) forbids the login',
    remedy:
      'Look up the sign-in under the sign-in logs of Entra ID, and exempt {user} from the policy that blocks it, or ' +
      'switch the security defaults off in favour of policies of your own.',
  },
  { codes: ['5.7.60', '5.2.252'], ...sendAs },
  { says: ['SendAsDenied'], ...sendAs },
  {
    says: ['SubmissionQuotaExceeded'],
    class: 'transient',
    reason: 'the mailbox has sent to as many recipients as it may in 24 hours (10,000 at Exchange Online)',
    remedy: `${limitWords} send to a distribution list or from another mailbox.`,
    pauseMs: hourMs,
    about: 'account',
  },
  {
    codes: ['5.7.233'],
    class: 'transient',
    reason: 'the tenant has sent to as many external recipients as it may in a day',
    remedy: `${limitWords} send to recipients inside, or have an administrator raise the limit of the tenant.`,
    pauseMs: hourMs,
    about: 'account',
  },
  {
    codes: ['5.4.5'],
    class: 'transient',
    reason:
      'the account has sent as many mails as it may in a day (2,000 at Google Workspace, 500 in a trial)',
    remedy: `${limitWords} send from another account.`,
    pauseMs: hourMs,
    about: 'account',
  },
  {
    codes: ['5.2.2', '5.2.251'],
    class: 'administrator',
    reason: 'a mailbox is full',
    remedy:
      'Make room in {mailbox}, whose Sent Items keep what was sent, or in the mailbox of the recipient that the ' +
      'reply names.',
  },
  {
    codes: ['5.2.253', '5.2.254', '5.2.255'],
    class: 'administrator',
    reason: 'Exchange Online takes no mail of this mailbox: its licence, too many or invalid recipients',
    remedy:
      'Check the licence of {mailbox} and every address in `to`; until then let nothing be sent often, for repeats ' +
      'get the mailbox throttled.',
    pauseMs: hourMs,
    about: 'account',
  },
  { codes: ['4xx', '5xx'], says: ['too many recipients'], ...tooManyRecipients },
  { codes: ['4.5.3', '5.5.3'], ...tooManyRecipients },
  { codes: ['432 4.3.2'], ...connections },
  {
    codes: ['4xx'],
    says: ['concurrent connection', 'too many connections', 'sender thread limit'],
    ...connections,
  },
  {
    codes: ['421 4.3.2', '421 4.4.2', '451 4.7.0', '451 4.7.5xx', '451 4.7.6xx'],
    ...throttled,
    about: 'account',
  },
  { codes: ['421 4.3.0', '421 4.4.5', '421 4.7.0', '451 4.3.0'], ...throttled, about: 'account' },
  {
    codes: ['454'],
    class: 'transient',
    reason: 'the server cannot check the login now',
  },
  {
    codes: ['534 5.7.9', '534 5.7.14'],
    ...webSignIn,
  },
  {
    codes: ['535 5.7.8'],
    class: 'sign-in',
    reason: 'the server does not accept the credential',
    remedy: `${checkCredential} check that scope names what the mail server demands.`,
    credential: true,
  },
  {
    codes: ['535 5.7.3'],
    class: 'sign-in',
    reason:
      'the server does not accept the access token for this user: another user, scope or permission is wanted',
    remedy:
      `${checkCredential} an administrator checks that scope has SMTP.Send of outlook.office.com and that SMTP AUTH ` +
      'is allowed: Set-CASMailbox -Identity {user} -SmtpClientAuthenticationDisabled $false.',
    credential: true,
  },
  {
    codes: ['530'],
    says: ['STARTTLS'],
    class: 'administrator',
    reason: 'the server wants TLS first',
    remedy: 'Set `smtp.security` to starttls.',
  },
  {
    codes: ['530'],
    class: 'administrator',
    reason: 'the server wants a login before it takes mail (RFC 4954 section 6)',
    remedy:
      'Check host and port in `smtp` (587 or 465 for submission), and that the server offers a login there.',
    credential: true,
  },
  {
    codes: ['535'],
    class: 'sign-in',
    reason: 'the server does not accept the credential (RFC 4954 section 6)',
    remedy: `${checkCredential} check that the mail server accepts tokens of this authorization server.`,
    credential: true,
  },
  {
    codes: ['503'],
    during: 'mail',
    class: 'transient',
    reason: 'the session lost its step',
  },
  { codes: ['4xx'], ...throttled },
  {
    codes: ['5xx'],
    during: 'login',
    class: 'administrator',
    reason: 'the server refuses the login for good',
    remedy: 'Check what the reply says, `user` of the account, and that the server allows this login.',
    credential: true,
  },
  { codes: ['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '550 5.4.1'], ...unknownRecipient },
  {
    codes: ['5.3.4', '5.2.3'],
    class: 'administrator',
    reason: 'the mail is larger than the server takes',
    remedy: 'Raise the limit at the server, or make the templates of the action shorter.',
  },
  {
    codes: ['5xx'],
    class: 'administrator',
    reason: 'the server rejects it for good (RFC 5321 section 4.2.1)',
    remedy: 'Read the reply; check the recipients, and that the account may send as its From.',
  },
];
