import type { InitAnswers } from './answers.js';

/** What somebody does in the portal of a provider before each question, in a sentence or two. */
export interface PortalSteps {
  /** About the mailbox, before it is asked for. */
  readonly mailbox: string;
  /** How the application is registered, before its id is asked for; absent where there is none. */
  register(parts: RegisterParts): string;
  /** Where what is asked for is found. */
  readonly tenant?: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the registration has to name. */
export interface RegisterParts {
  readonly mailbox: string;
  readonly user: string;
  readonly redirectUri: string;
  readonly replies: InitAnswers['replies'];
}

const microsoft = (portal: string): PortalSteps => ({
  mailbox:
    'Give Ackmail a mailbox of its own, with an Exchange Online licence and no rights on others: the sign-in opens all ' +
    'that its user can open. docs/providers/microsoft365.md has every step at length.',
  register: ({
    mailbox,
    user,
    redirectUri,
    replies,
  }) => `In Exchange Online PowerShell switch on what is off for new tenants (it takes up to an hour):

  Set-CASMailbox ${user} -SmtpClientAuthenticationDisabled $false${replies === 'no' ? '' : `\n  Set-CASMailbox ${mailbox} ${replies === 'imap' ? '-ImapEnabled' : '-PopEnabled'} $true`}

At ${portal} go to App registrations, New registration: single tenant, and as redirect URI the platform Web (not Single-page application) with, to the letter:

  ${redirectUri}

Then API permissions, Microsoft Graph, Delegated permissions: SMTP.Send, ${replies === 'no' ? '' : `${replies === 'imap' ? 'IMAP' : 'POP'}.AccessAsUser.All, `}offline_access, openid, profile and email; and Grant admin consent.`,
  tenant:
    'Overview shows the Directory (tenant) ID; a domain of the tenant, such as contoso.com, will do, too.',
  clientId: 'Overview shows the Application (client) ID.',
  clientSecret:
    'Certificates & secrets, New client secret: copy its Value now, it is never shown again. The Secret ID is of no use.',
});

const steps: Readonly<Record<Exclude<InitAnswers['provider'], 'relay'>, PortalSteps>> = {
  microsoft365: microsoft('https://entra.microsoft.com'),
  'microsoft365-us': microsoft('https://entra.microsoft.us'),
  'microsoft365-china': microsoft('https://portal.azure.cn'),
  google: {
    mailbox:
      'Give Ackmail a user of its own: the one permission that Google has for mail opens the whole mailbox. ' +
      'docs/providers/google.md has every step at length.',
    register: ({
      redirectUri,
      replies,
    }) => `${replies === 'no' ? '' : `In a Workspace, admin.google.com: Apps, Google Workspace, Gmail, End User Access: enable ${replies === 'imap' ? 'IMAP' : 'POP'}.\n\n`}At https://console.cloud.google.com make a project, and in Google Auth Platform:
Audience: Internal in a Workspace; else External, and press Publish app, or every sign-in ends after 7 days.
Data Access: add the scopes https://mail.google.com/, openid and .../auth/userinfo.email.
Clients, Create client, Web application, with the redirect URI, to the letter:

  ${redirectUri}`,
    clientId: 'The client shows its Client ID, which ends in .apps.googleusercontent.com.',
    clientSecret: 'The Client secret is shown only when the client is made.',
  },
  generic: {
    mailbox:
      'Give Ackmail a user of its own with one mailbox: the sign-in opens all that its user can open. ' +
      'docs/providers/generic.md has every step at length.',
    register: ({
      redirectUri,
    }) => `At the authorization server register a client: confidential, grant authorization code with refresh token, scopes openid, profile, email, offline_access and what the mail server demands, and as redirect URI, to the letter:

  ${redirectUri}`,
    clientId: 'The authorization server shows it with the client.',
    clientSecret: 'Leave it empty for a public client, which has none.',
  },
};

/** The steps at a provider. */
export function portalSteps(provider: Exclude<InitAnswers['provider'], 'relay'>): PortalSteps {
  return steps[provider];
}
