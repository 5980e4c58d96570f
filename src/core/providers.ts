import type { Provider } from './provider.js';

/** One of Microsoft's clouds: they differ by their hosts only. */
const microsoft365 = (cloud: {
  readonly title: string;
  readonly login: string;
  readonly smtp: string;
  /** For IMAP and POP3. */
  readonly imap: string;
  /** The resource that a person's permissions belong to. */
  readonly resource: string;
}): Provider => ({
  title: cloud.title,
  smtp: { host: cloud.smtp, port: 587, security: 'starttls' },
  imap: { host: cloud.imap, port: 993, security: 'tls' },
  pop3: { host: cloud.imap, port: 995, security: 'tls' },
  authorizationUrl: `https://${cloud.login}/{tenant}/oauth2/v2.0/authorize`,
  tokenUrl: `https://${cloud.login}/{tenant}/oauth2/v2.0/token`,
  issuer: `https://${cloud.login}/{tenantid}/v2.0`,
  deviceAuthorizationUrl: `https://${cloud.login}/{tenant}/oauth2/v2.0/devicecode`,
  jwksUrl: `https://${cloud.login}/{tenant}/discovery/v2.0/keys`,
  scope: {
    base: 'offline_access openid profile email',
    smtp: `https://${cloud.resource}/SMTP.Send`,
    imap: `https://${cloud.resource}/IMAP.AccessAsUser.All`,
    pop3: `https://${cloud.resource}/POP.AccessAsUser.All`,
  },
  // Exchange takes a program's token for outlook.office365.com only, and a person's for both names.
  applicationScope: `https://${cloud.imap}/.default`,
  // Without select_account a browser with a session signs in as whoever it belongs to.
  authorizationParameters: { prompt: 'select_account', response_mode: 'query' },
  // At a shared mailbox Exchange wants the user that signed in for SMTP, and the mailbox for IMAP and POP3.
  smtpUser: 'user',
  mailboxUser: 'mailbox',
  clientSecretMonths: 24,
  // Exchange Online takes 30 messages in any minute; it holds up or throttles what is more.
  rate: { burst: 10, perMinute: 20 },
  grantLife: {
    idleDays: 90,
    short: {
      days: 1,
      reason: 'the redirect URI is registered for a single-page app, where every sign-in lasts 24 hours',
      remedy:
        'In the app registration move the redirect URI to the platform "Web"; then open the authorization URL ' +
        'and sign in as {user}.',
    },
  },
  loginRemedy: {
    smtp:
      'In Exchange Online PowerShell allow SMTP AUTH for the user that signs in: Set-CASMailbox -Identity {user} ' +
      '-SmtpClientAuthenticationDisabled $false (it takes up to an hour), check that no authentication policy ' +
      'and no security defaults block it, and for a shared mailbox give that user the SendAs right: ' +
      'Add-RecipientPermission {mailbox} -Trustee {user} -AccessRights SendAs.',
    imap:
      'In the Microsoft 365 admin centre switch IMAP on under the e-mail apps of the mailbox, or in Exchange ' +
      'Online PowerShell: Set-CASMailbox -Identity {mailbox} -ImapEnabled $true; for a shared mailbox give the ' +
      'user that signs in FullAccess: Add-MailboxPermission {mailbox} -User {user} -AccessRights FullAccess.',
    pop3:
      'In the Microsoft 365 admin centre switch POP on under the e-mail apps of the mailbox, or in Exchange Online ' +
      'PowerShell: Set-CASMailbox -Identity {mailbox} -PopEnabled $true; for a shared mailbox give the user that ' +
      'signs in FullAccess: Add-MailboxPermission {mailbox} -User {user} -AccessRights FullAccess.',
  },
  applicationRemedy:
    'Check that IMAP.AccessAsApp (or POP.AccessAsApp) and SMTP.SendAsApp have admin consent, and that Exchange knows the application by ' +
    'the Object ID that Enterprise applications shows (App registrations shows another one): New-ServicePrincipal ' +
    '-AppId APPLICATION_ID -ObjectId OBJECT_ID. Then let it into the mailbox: Add-MailboxPermission {mailbox} -User ' +
    'OBJECT_ID -AccessRights FullAccess; Set-CASMailbox {mailbox} -SmtpClientAuthenticationDisabled $false ' +
    '-ImapEnabled $true (or -PopEnabled $true). It takes up to an hour.',
});

const allOfGmail = 'https://mail.google.com/';

const genericRemedy = (protocol: string) =>
  `Check that the mail server accepts tokens of this authorization server for ${protocol}, that \`scope\` asks ` +
  'for what it demands, and that it lets {user} into {mailbox} (`user` and `mailbox`).';

const presets = {
  microsoft365: microsoft365({
    title: 'Microsoft 365',
    login: 'login.microsoftonline.com',
    smtp: 'smtp.office365.com',
    imap: 'outlook.office365.com',
    resource: 'outlook.office.com',
  }),
  'microsoft365-us': microsoft365({
    title: 'Microsoft 365 for the US government (GCC High)',
    login: 'login.microsoftonline.us',
    smtp: 'smtp.office365.us',
    imap: 'outlook.office365.us',
    resource: 'outlook.office365.us',
  }),
  'microsoft365-china': microsoft365({
    title: 'Microsoft 365 in China (21Vianet)',
    login: 'login.partner.microsoftonline.cn',
    smtp: 'smtp.partner.outlook.cn',
    imap: 'partner.outlook.cn',
    resource: 'partner.outlook.cn',
  }),
  google: {
    title: 'Google Workspace and Gmail',
    smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
    imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
    pop3: { host: 'pop.gmail.com', port: 995, security: 'tls' },
    authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    issuer: 'https://accounts.google.com',
    jwksUrl: 'https://www.googleapis.com/oauth2/v3/certs',
    revocationUrl: 'https://oauth2.googleapis.com/revoke',
    // Google knows no offline_access, and one scope for all of mail.
    scope: { base: 'openid email', smtp: allOfGmail, imap: allOfGmail, pop3: allOfGmail },
    // A refresh token comes only with both, and at a second sign-in only after consent was asked for again.
    authorizationParameters: { access_type: 'offline', prompt: 'consent select_account' },
    // The token opens the mailbox of its own user only; `mailbox` may be an alias of that user.
    smtpUser: 'user',
    mailboxUser: 'user',
    // Gmail takes 2,000 messages a day.
    rate: { burst: 100, perMinute: 1 },
    grantLife: {
      idleDays: 180,
      short: {
        days: 7,
        reason: 'the app is in "Testing", where every sign-in lasts 7 days',
        remedy:
          'Publish the app (Google Auth Platform > Audience > Publish app), or make it "Internal" in a Workspace; ' +
          'then open the authorization URL and sign in as {user}.',
      },
    },
    loginRemedy: {
      smtp:
        'Check that `user` (or `mailbox`, where there is no `user`) is the primary address of the account that ' +
        'signed in, not an alias, and that the box for Gmail was ticked at the sign-in; in a Workspace the Admin ' +
        'console must trust the app (Security > API controls).',
      imap:
        'In the Admin console allow IMAP (Apps > Google Workspace > Gmail > End User Access). Check that `user` ' +
        '(or `mailbox`, where there is no `user`) is the primary address of the account that signed in, not an ' +
        'alias, and that the box for Gmail was ticked at the sign-in.',
      pop3:
        'In Gmail switch POP on (Settings > Forwarding and POP/IMAP), and in the Admin console allow it (Apps > Google ' +
        'Workspace > Gmail > End User Access). Check that `user` (or `mailbox`, where there is no `user`) is the ' +
        'primary address of the account that signed in, and that the box for Gmail was ticked at the sign-in.',
    },
  },
  generic: {
    title: 'any other, of which the settings say everything',
    scope: { base: 'openid profile email offline_access', smtp: '', imap: '', pop3: '' },
    // OpenID Connect Core 1.0 section 11: offline_access is heeded only together with prompt=consent.
    authorizationParameters: { prompt: 'consent' },
    smtpUser: 'user',
    mailboxUser: 'mailbox',
    loginRemedy: { smtp: genericRemedy('SMTP'), imap: genericRemedy('IMAP'), pop3: genericRemedy('POP3') },
  },
} satisfies Record<string, Provider>;

/** What `provider` in the settings of an account can be. */
export type ProviderName = keyof typeof presets;

/**
 * The presets that `provider` in the settings of an account can name.
 *
 * The settings schema, plugin.json and the checks follow from this table; a new preset is an entry here, and
 * its page in docs/providers.
 */
export const providers: Readonly<Record<ProviderName, Provider>> = presets;
