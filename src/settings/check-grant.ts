import { providers } from '../core/providers.js';
import type { AccountSettings, Settings } from '../core/settings.js';
import type { SettingsIssue } from './check-settings.js';
import { isSafeUrl } from './is-safe-url.js';

/** Says that a setting should be otherwise, unless it is as it is wanted. */
type Wants = (wanted: boolean, key: string, message: string) => void;

/** What is wrong with the way in which an account is authorized. */
export function checkGrant(name: string, account: AccountSettings, http: Settings['http']): SettingsIssue[] {
  const issues: SettingsIssue[] = [];
  const wants: Wants = (wanted, key, message) => {
    if (!wanted) issues.push({ path: ['accounts', name, key], message });
  };
  if (account.grant === 'password') {
    wants(account.password !== undefined, 'password', 'is missing; grant password needs it');
    return issues;
  }
  checkClient(account, wants);
  checkEndpoints(account, wants);
  if (account.grant === 'client_credentials') checkClientCredentials(account, wants);
  if (account.grant === 'device_code') checkDevice(account, wants);
  if (account.grant === 'authorization_code')
    wants(
      [account.redirectUri, http.listen, http.publicUrl].some((each) => each !== undefined),
      'redirectUri',
      'is missing; set http.listen or http.publicUrl, where the sign-in comes back to',
    );
  return issues;
}

function checkClient(account: AccountSettings, wants: Wants): void {
  wants(account.clientId !== undefined, 'clientId', 'is missing; it is the id of the app registration');
  wants(
    account.clientSecret === undefined || account.certificate === undefined,
    'certificate',
    'stands beside clientSecret; the client proves itself with one of them, remove the other',
  );
  wants(
    account.clientSecretExpires === undefined || account.clientSecret !== undefined,
    'clientSecretExpires',
    'stands without clientSecret; remove it (the end of a certificate is read from the certificate)',
  );
  wants(
    account.password === undefined,
    'password',
    'belongs to grant: password; remove it or set that grant',
  );
}

function checkEndpoints(account: AccountSettings, wants: Wants): void {
  const { issuer, authorizationUrl, tokenUrl } = account;
  const preset = providers[account.provider];
  const tenants = preset.tokenUrl?.includes('{tenant}') ?? false;
  const byBrowser = account.grant === 'authorization_code';
  const given =
    issuer !== undefined || (tokenUrl !== undefined && (authorizationUrl !== undefined || !byBrowser));
  wants(
    !tenants || account.tenant !== undefined || given,
    'tenant',
    'is missing; it is the domain or id of your tenant, such as contoso.com',
  );
  wants(
    tenants || account.tenant === undefined,
    'tenant',
    `means nothing with provider: ${account.provider}; remove it or name the provider`,
  );
  wants(
    preset.tokenUrl !== undefined || given,
    'issuer',
    `is missing; give it, or ${byBrowser ? 'authorizationUrl and tokenUrl' : 'tokenUrl'}`,
  );
  for (const key of ['issuer', 'authorizationUrl', 'tokenUrl', 'deviceAuthorizationUrl'] as const) {
    const value = account[key];
    wants(
      value === undefined || account.insecure || isSafeUrl(value),
      key,
      'is without https; only on loopback, or with insecure: true',
    );
  }
}

function checkClientCredentials(account: AccountSettings, wants: Wants): void {
  const preset = providers[account.provider];
  wants(
    account.clientSecret !== undefined || account.certificate !== undefined,
    'clientSecret',
    'is missing; give the Value of the client secret, not its id, or a certificate',
  );
  wants(
    account.user === undefined,
    'user',
    'means nothing with grant: client_credentials, where nobody signs in; remove it',
  );
  wants(
    !['common', 'organizations', 'consumers'].includes(account.tenant ?? ''),
    'tenant',
    'must be a real tenant with grant: client_credentials: its domain or id',
  );
  wants(
    preset.tokenUrl === undefined || preset.applicationScope !== undefined || account.scope !== undefined,
    'grant',
    `is nothing that ${account.provider} offers for mail; use authorization_code`,
  );
}

function checkDevice(account: AccountSettings, wants: Wants): void {
  const preset = providers[account.provider];
  wants(
    [account.issuer, account.deviceAuthorizationUrl, preset.deviceAuthorizationUrl].some(
      (each) => each !== undefined,
    ),
    preset.tokenUrl === undefined ? 'deviceAuthorizationUrl' : 'grant',
    preset.tokenUrl === undefined
      ? 'is missing; give it, or the issuer'
      : `is nothing that ${account.provider} offers for mail; use authorization_code`,
  );
}
