import type { Provider } from '../../core/account.js';

const authority = 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0';

/** Microsoft 365: Entra ID as authorization server and Exchange Online for mail. */
export const microsoft365: Provider = {
  name: 'microsoft365',
  title: 'Microsoft 365',
  smtp: { host: 'smtp.office365.com', port: 587, security: 'starttls' },
  imap: { host: 'outlook.office365.com', port: 993, security: 'tls' },
  authorizationUrl: `${authority}/authorize`,
  tokenUrl: `${authority}/token`,
  scope: {
    base: 'offline_access openid profile email',
    smtp: 'https://outlook.office.com/SMTP.Send',
    imap: 'https://outlook.office.com/IMAP.AccessAsUser.All',
  },
  // Without select_account a browser with a session signs in as whoever it belongs to.
  authorizationParameters: { prompt: 'select_account', response_mode: 'query' },
  smtpUser: 'user',
  imapUser: 'mailbox',
  loginRemedy: {
    smtp:
      'In Exchange Online PowerShell allow SMTP AUTH for the user that signs in: Set-CASMailbox -Identity USER ' +
      '-SmtpClientAuthenticationDisabled $false (it takes up to an hour), check that no authentication policy ' +
      'and no security defaults block it, and for a shared mailbox give that user the SendAs right: ' +
      'Add-RecipientPermission MAILBOX -Trustee USER -AccessRights SendAs.',
    imap:
      'In the Microsoft 365 admin centre switch IMAP on under the e-mail apps of the mailbox, or in Exchange ' +
      'Online PowerShell: Set-CASMailbox -Identity MAILBOX -ImapEnabled $true; for a shared mailbox give the ' +
      'user that signs in FullAccess: Add-MailboxPermission MAILBOX -User USER -AccessRights FullAccess.',
  },
};
