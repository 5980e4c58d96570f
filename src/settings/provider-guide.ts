import type { Account, MailServerKind } from '../core/account.js';
import type { ProviderName } from '../core/providers.js';

/** What a guide is written for. */
export interface GuideFacts {
  readonly provider: ProviderName;
  readonly account: Account;
  /** What the account is used for: its servers. */
  readonly kinds: readonly MailServerKind[];
}

type Steps = (facts: GuideFacts) => readonly string[];

const portals: Readonly<Partial<Record<ProviderName, string>>> = {
  microsoft365: 'entra.microsoft.com',
  'microsoft365-us': 'entra.microsoft.us',
  'microsoft365-china': 'entra.microsoftonline.cn',
};

/** The steps in the portal of the provider, and then here, that make an account work; each a few plain sentences. */
export const providerGuide: Steps = (facts) => {
  const { grant } = facts.account.login;
  if (grant === 'password') return withPassword(facts);
  if (facts.provider === 'google') return google(facts);
  if (facts.provider === 'generic') return generic(facts);
  return grant === 'client_credentials' ? microsoftApplication(facts) : microsoft(facts);
};

const permissions = ({ kinds }: GuideFacts, suffix: 'AccessAsUser.All' | 'AccessAsApp') => {
  const sending = suffix === 'AccessAsApp' ? 'SMTP.SendAsApp' : 'SMTP.Send';
  return kinds.map((kind) => (kind === 'smtp' ? sending : `${kind === 'imap' ? 'IMAP' : 'POP'}.${suffix}`));
};

const switches = ({ kinds }: GuideFacts) =>
  kinds.map((kind) =>
    kind === 'smtp'
      ? '-SmtpClientAuthenticationDisabled $false'
      : `-${kind === 'imap' ? 'Imap' : 'Pop'}Enabled $true`,
  );

const redirectOf = ({ account: { login } }: GuideFacts) =>
  login.grant === 'password' ? '' : login.oauth.redirectUri;

const signIn: Steps = ({ account: { name, user, login } }) =>
  login.grant === 'device_code'
    ? [`Run: ackmail authorize ${name} --device. Enter the code that it shows, and sign in as ${user}.`]
    : [
        `Press Test Server on this page. It asks for the sign-in: open the address in a private window, and sign in as ${user}.`,
      ];

const secret =
  'Certificates & secrets → New client secret. Copy its Value at once, it is never shown again, and not the Secret ID: ' +
  'it belongs to clientSecret. Note the day on which it ends as clientSecretExpires; 24 months is the most.';

const register: Steps = ({ provider }) => [
  `Open ${portals[provider]} → App registrations → New registration. As name take the program and the machine, such as ` +
    '"Ackmail on SERVER01": one registration for each installation. Leave the account type at a single tenant.',
];

const microsoft: Steps = (facts) => [
  ...register(facts),
  facts.account.login.grant === 'device_code'
    ? 'Authentication → Allow public client flows: Yes. No redirect URI is needed.'
    : `Redirect URI: the platform is Web, and the address is ${redirectOf(facts)}, to the letter. Not "Single-page application", whose sign-ins last a day.`,
  'Overview: the Application (client) ID belongs to clientId, the Directory (tenant) ID to tenant. The authorization and ' +
    'token URLs behind Endpoints follow from them.',
  ...(facts.account.login.grant === 'device_code' ? [] : [secret]),
  `API permissions → Add a permission → Microsoft Graph → Delegated permissions: ${permissions(facts, 'AccessAsUser.All').join(', ')}, ` +
    'and offline_access, openid, profile, email. Then Grant admin consent. Application permissions (those that end in ' +
    'AsApp) do nothing for a sign-in by a person.',
  `In Exchange Online PowerShell: Set-CASMailbox ${facts.account.mailbox} ${switches(facts).join(' ')}. It takes up to an hour to hold.`,
  ...signIn(facts),
];

const microsoftApplication: Steps = (facts) => [
  ...register(facts).map((step) => `${step} It needs no redirect URI.`),
  'Overview: the Application (client) ID belongs to clientId; tenant is the domain or the ID of your own tenant.',
  `${secret} Or upload a certificate, and name its files as certificate.`,
  'API permissions → Add a permission → APIs my organization uses → Office 365 Exchange Online → Application ' +
    `permissions: ${permissions(facts, 'AccessAsApp').join(', ')}. Then Grant admin consent. Delegated permissions do nothing here.`,
  'Enterprise applications → the application → Overview: copy its Object ID (App registrations shows another one). In ' +
    'Exchange Online PowerShell: New-ServicePrincipal -AppId APPLICATION_ID -ObjectId OBJECT_ID',
  `Let it into the mailbox: Add-MailboxPermission ${facts.account.mailbox} -User OBJECT_ID -AccessRights FullAccess; ` +
    `Add-RecipientPermission ${facts.account.mailbox} -Trustee OBJECT_ID -AccessRights SendAs; ` +
    `Set-CASMailbox ${facts.account.mailbox} ${switches(facts).join(' ')}. It takes up to an hour to hold.`,
  'Press Test Server on this page. Nobody has to sign in.',
];

const google: Steps = (facts) => [
  'In a Workspace, admin.google.com → Apps → Google Workspace → Gmail → End User Access: allow ' +
    `${facts.kinds.includes('pop3') ? 'POP' : 'IMAP'} for the user. Security → API controls: trust the client of the steps below.`,
  'Open console.cloud.google.com, make a project of its own → Google Auth Platform → Branding: a name that says which ' +
    'installation it is.',
  'Audience: Internal in a Workspace; else External, and press Publish app. In Testing every sign-in ends after 7 days.',
  'Data Access → Add or remove scopes: https://mail.google.com/, openid and …/auth/userinfo.email.',
  `Clients → Create client → Web application. Authorized redirect URI: ${redirectOf(facts)}, to the letter. The Client ID ` +
    'belongs to clientId, the Client secret, which is shown only now, to clientSecret.',
  ...signIn(facts),
  'Tick the box for Gmail where Google shows boxes at the sign-in; without it every login is refused.',
];

const generic: Steps = (facts) => {
  const { grant } = facts.account.login;
  return [
    'At the authorization server register a client for this installation: confidential, with ' +
      (grant === 'client_credentials'
        ? 'the grant client credentials.'
        : grant === 'device_code'
          ? 'the device grant and refresh tokens.'
          : 'the grant authorization code, PKCE and refresh tokens.'),
    ...(grant === 'authorization_code' ? [`Its redirect URI is ${redirectOf(facts)}, to the letter.`] : []),
    'Its ID belongs to clientId, its secret to clientSecret; or give it a certificate.',
    'Allow it the scopes that the mail server demands' +
      (grant === 'client_credentials' ? '.' : ', and openid profile email offline_access.'),
    `The mail server has to take its tokens (XOAUTH2 or OAUTHBEARER), and to let them into ${facts.account.mailbox}.`,
    ...(grant === 'client_credentials'
      ? ['Press Test Server on this page. Nobody has to sign in.']
      : signIn(facts)),
  ];
};

const withPassword: Steps = ({ provider, account }) => [
  provider === 'google'
    ? 'With 2-step verification on, myaccount.google.com/apppasswords gives a password for this one program.'
    : `At the mail server, give ${account.user} a password for this program alone where it offers that.`,
  ...(portals[provider]
    ? ['Microsoft 365 switches passwords off for mail: take the grant authorization_code as soon as you can.']
    : []),
  'Keep it out of the settings file: password: ${file:relay.secret}, and only the user that Ackmail runs as may read that file.',
  'Press Test Server on this page.',
];
