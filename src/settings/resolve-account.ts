import type { Account, MailServer, OAuthClient } from '../core/account.js';
import type { Provider } from '../core/provider.js';
import { providers } from '../core/providers.js';
import type { AccountSettings, Settings } from '../core/settings.js';

/** What an account needs beyond its own settings. */
export interface AccountContext {
  readonly name: string;
  readonly http: Settings['http'];
  /** What the account is used for: it decides which scopes are asked for. */
  readonly uses: { readonly smtp: boolean; readonly imap: boolean };
  /** The certificates to trust for a server, given the file that its settings name. */
  readonly ca: (file: string | undefined) => readonly string[] | undefined;
}

/** Puts the settings of an account and the preset of its provider together. */
export function resolveAccount(settings: AccountSettings, context: AccountContext): Account {
  const { name } = context;
  const provider = providers[settings.provider];
  const user = settings.user ?? settings.mailbox;
  const loginName = { user, mailbox: settings.mailbox };
  const server = (key: 'smtp' | 'imap'): MailServer | undefined => {
    const given = settings[key];
    const preset = provider[key];
    const host = given?.host ?? preset?.host;
    if (!host) return undefined;
    const ca = context.ca(given?.tls.ca);
    return {
      host,
      port: given?.port ?? preset?.port ?? (key === 'smtp' ? 587 : 993),
      security: given?.security ?? preset?.security ?? (key === 'smtp' ? 'starttls' : 'tls'),
      user: loginName[key === 'smtp' ? provider.smtpUser : provider.imapUser],
      ...(ca ? { ca } : {}),
      ...(given?.tls.serverName ? { serverName: given.tls.serverName } : {}),
    };
  };
  const smtp = server('smtp');
  const imap = server('imap');
  return {
    name,
    mailbox: settings.mailbox,
    user,
    from: settings.from ?? settings.mailbox,
    login:
      settings.grant === 'password'
        ? { grant: 'password', password: settings.password ?? '' }
        : { grant: 'authorization_code', oauth: oauthClient(settings, context, user) },
    ...(smtp ? { smtp: { ...smtp, connections: settings.smtp?.connections ?? 3 } } : {}),
    ...(imap
      ? {
          imap: {
            ...imap,
            mailbox: settings.imap?.mailbox ?? 'INBOX',
            pollMs: settings.imap?.poll ?? 60_000,
          },
        }
      : {}),
  };
}

function oauthClient(settings: AccountSettings, context: AccountContext, user: string): OAuthClient {
  const provider = providers[settings.provider];
  const inTenant = (url: string | undefined) =>
    url?.replaceAll('{tenant}', settings.tenant ?? 'organizations');
  const authorizationUrl =
    settings.authorizationUrl ?? (settings.issuer ? undefined : inTenant(provider.authorizationUrl));
  const tokenUrl = settings.tokenUrl ?? (settings.issuer ? undefined : inTenant(provider.tokenUrl));
  const issuer = settings.issuer ?? inTenant(provider.issuer);
  return {
    clientId: settings.clientId ?? '',
    clientSecret: settings.clientSecret ?? '',
    scope: settings.scope ?? presetScope(provider, context.uses),
    redirectUri: settings.redirectUri ?? defaultRedirectUri(context.http),
    authorizationParameters: { login_hint: user, ...provider.authorizationParameters },
    ...(issuer ? { issuer } : {}),
    ...(authorizationUrl ? { authorizationUrl } : {}),
    ...(tokenUrl ? { tokenUrl } : {}),
  };
}

function presetScope({ scope }: Provider, uses: AccountContext['uses']): string {
  const scopes = [uses.smtp ? scope.smtp : '', uses.imap ? scope.imap : '', scope.base];
  // Where one scope opens all of mail it is asked for once.
  return [...new Set(scopes.filter(Boolean))].join(' ');
}

function defaultRedirectUri({ publicUrl, listen }: Settings['http']): string {
  if (publicUrl) return `${publicUrl.replace(/\/$/, '')}/oauth/callback`;
  // Entra's portal takes no 127.0.0.1, and http only with the name localhost.
  return `http://localhost:${listen?.split(':').at(-1) ?? '8025'}/oauth/callback`;
}
