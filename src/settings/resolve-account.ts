import type { Account, ClientCertificate, MailServer, MailServerKind, OAuthClient } from '../core/account.js';
import type { Provider } from '../core/provider.js';
import { providers } from '../core/providers.js';
import type { AccountSettings, Settings } from '../core/settings.js';
import { defaultRedirectUri } from './default-redirect-uri.js';

/** What an account needs beyond its own settings. */
export interface AccountContext {
  readonly name: string;
  readonly http: Settings['http'];
  /** What the client proves itself with, where the settings name its files. */
  readonly certificate?: ClientCertificate;
  /** What the account is used for: it decides which scopes are asked for. */
  readonly uses: { readonly smtp: boolean; readonly mailbox: boolean };
  /** The certificates to trust for a server, given the file that its settings name. */
  readonly ca: (file: string | undefined) => readonly string[] | undefined;
}

const ports: Readonly<Record<MailServerKind, number>> = { smtp: 587, imap: 993, pop3: 995 };

/** Puts the settings of an account and the preset of its provider together. */
export function resolveAccount(settings: AccountSettings, context: AccountContext): Account {
  const { name } = context;
  const provider = providers[settings.provider];
  const user = settings.user ?? settings.mailbox;
  const loginName = { user, mailbox: settings.mailbox };
  const server = (key: MailServerKind): MailServer | undefined => {
    const given = settings[key];
    const preset = provider[key];
    const host = given?.host ?? preset?.host;
    if (!host) return undefined;
    const ca = context.ca(given?.tls.ca);
    return {
      host,
      port: given?.port ?? preset?.port ?? ports[key],
      security: given?.security ?? preset?.security ?? (key === 'smtp' ? 'starttls' : 'tls'),
      user: loginName[key === 'smtp' ? provider.smtpUser : provider.mailboxUser],
      ...(ca ? { ca } : {}),
      ...(given?.tls.serverName ? { serverName: given.tls.serverName } : {}),
    };
  };
  const smtp = server('smtp');
  const rate = settings.smtp?.rate ?? provider.rate;
  const pop3 = settings.pop3 && server('pop3');
  const imap = settings.pop3 ? undefined : server('imap');
  const [mailbox = 'INBOX', ...others] = new Set([settings.imap?.mailbox ?? []].flat());
  return {
    name,
    mailbox: settings.mailbox,
    user,
    from: settings.from ?? settings.mailbox,
    login:
      settings.grant === 'password'
        ? { grant: 'password', password: settings.password ?? '' }
        : { grant: settings.grant, oauth: oauthClient(settings, context, user) },
    ...(smtp
      ? { smtp: { ...smtp, connections: settings.smtp?.connections ?? 3, ...(rate ? { rate } : {}) } }
      : {}),
    ...(imap
      ? {
          imap: {
            ...imap,
            mailbox,
            ...(others.length > 0 ? { others } : {}),
            pollMs: settings.imap?.poll ?? 60_000,
          },
        }
      : {}),
    ...(pop3 ? { pop3: { ...pop3, pollMs: settings.pop3?.poll ?? 60_000 } } : {}),
  };
}

function oauthClient(settings: AccountSettings, context: AccountContext, user: string): OAuthClient {
  const provider = providers[settings.provider];
  const inTenant = (url: string | undefined) =>
    url?.replaceAll('{tenant}', settings.tenant ?? 'organizations');
  const endpoint = (key: 'authorizationUrl' | 'tokenUrl' | 'deviceAuthorizationUrl') =>
    settings[key] ?? (settings.issuer ? undefined : inTenant(provider[key]));
  const authorizationUrl = endpoint('authorizationUrl');
  const tokenUrl = endpoint('tokenUrl');
  const deviceAuthorizationUrl = endpoint('deviceAuthorizationUrl');
  // The issuer, the keys and the revocation of the preset are those of its own token endpoint.
  const elsewhere = settings.issuer !== undefined || settings.tokenUrl !== undefined;
  const issuer = settings.issuer ?? (elsewhere ? undefined : inTenant(provider.issuer));
  const jwksUrl = elsewhere ? undefined : inTenant(provider.jwksUrl);
  const revocationUrl = elsewhere ? undefined : inTenant(provider.revocationUrl);
  return {
    clientId: settings.clientId ?? '',
    scope: settings.scope ?? presetScope(provider, settings, context.uses),
    redirectUri: settings.redirectUri ?? defaultRedirectUri(context.http),
    authorizationParameters: { login_hint: user, ...provider.authorizationParameters },
    ...(settings.clientSecretExpires ? { clientSecretExpires: settings.clientSecretExpires } : {}),
    ...(provider.grantLife ? { grantLife: provider.grantLife } : {}),
    ...(issuer ? { issuer } : {}),
    ...(authorizationUrl ? { authorizationUrl } : {}),
    ...(tokenUrl ? { tokenUrl } : {}),
    ...(deviceAuthorizationUrl ? { deviceAuthorizationUrl } : {}),
    ...(jwksUrl ? { jwksUrl } : {}),
    ...(revocationUrl ? { revocationUrl } : {}),
    ...(settings.clientSecret ? { clientSecret: settings.clientSecret } : {}),
    ...(context.certificate ? { certificate: context.certificate } : {}),
  };
}

function presetScope(
  { scope, applicationScope = '' }: Provider,
  { grant, pop3 }: AccountSettings,
  uses: AccountContext['uses'],
): string {
  if (grant === 'client_credentials') return applicationScope;
  const scopes = [uses.smtp ? scope.smtp : '', uses.mailbox ? scope[pop3 ? 'pop3' : 'imap'] : '', scope.base];
  // Where one scope opens all of mail it is asked for once.
  return [...new Set(scopes.filter(Boolean))].join(' ');
}
