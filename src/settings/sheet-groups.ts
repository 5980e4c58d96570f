import { X509Certificate } from 'node:crypto';
import type { Account, MailServer, MailServerKind, OAuthClient } from '../core/account.js';
import type { SheetField, SheetGroup } from '../core/account-sheet.js';
import { formatDuration } from '../core/duration.js';
import { providers } from '../core/providers.js';
import type { AccountSettings } from '../core/settings.js';
import type { SettingOrigin } from './setting-origin.js';

const encryptions: Readonly<Record<MailServer['security'], string>> = {
  starttls: 'Explicit SSL/TLS (STARTTLS)',
  tls: 'Implicit SSL/TLS (from the first byte)',
  none: 'None',
};

const grants: Readonly<Record<Account['login']['grant'], string>> = {
  authorization_code: 'OAuth 2.0: a person signs in with a browser (authorization_code)',
  device_code: 'OAuth 2.0: a person enters a code on any device (device_code)',
  client_credentials: 'OAuth 2.0: the application is authorized, nobody signs in (client_credentials)',
  password: 'A password, no OAuth',
};

/** One field, with the path of the setting under the account that it is read from. */
type Field = (label: string, value: string, path: readonly string[], isPreset?: boolean) => SheetField;

/**
 * The settings of an account as people read them, in groups, each with where it comes from. `origin` knows paths from
 * the account on.
 */
export function sheetGroups(
  account: Account,
  settings: AccountSettings,
  origin: SettingOrigin,
): readonly SheetGroup[] {
  const field: Field = (label, value, path, isPreset = false) => ({
    ...{ label, value },
    from: origin(path) ?? (isPreset ? `the preset ${settings.provider}` : 'the default'),
  });
  const readBy = account.pop3 ? 'pop3' : 'imap';
  const groups = [
    { title: 'Sending', fields: sending(account, settings, field) },
    { title: 'Authorization', fields: authorization(account, settings, field) },
    { title: 'Reading replies', fields: reading(readBy, account, settings, field) },
  ];
  return groups.filter(({ fields }) => fields.length > 0);
}

function serverFields(
  kind: MailServerKind,
  server: MailServer,
  settings: AccountSettings,
  field: Field,
): readonly SheetField[] {
  const provider = providers[settings.provider];
  const name = kind.toUpperCase();
  const isPreset = provider[kind] !== undefined;
  const { ca, serverName } = settings[kind]?.tls ?? {};
  const loginName = provider[kind === 'smtp' ? 'smtpUser' : 'mailboxUser'];
  const byUser = loginName === 'user' && settings.user !== undefined;
  return [
    field(`${name} server name`, server.host, [kind, 'host'], isPreset),
    field('Port', String(server.port), [kind, 'port'], isPreset),
    field('Encryption', encryptions[server.security], [kind, 'security'], isPreset),
    ...(ca === undefined ? [] : [field('Private CA', ca, [kind, 'tls', 'ca'])]),
    ...(serverName === undefined
      ? []
      : [field('Name in the certificate', serverName, [kind, 'tls', 'serverName'])]),
    field(`User name for ${name} server`, server.user, [byUser ? 'user' : 'mailbox']),
  ];
}

function sending(account: Account, settings: AccountSettings, field: Field): readonly SheetField[] {
  const { smtp, from } = account;
  if (!smtp) return [];
  const { title, rate: presetRate } = providers[settings.provider];
  const { rate } = smtp;
  return [
    field('Server type', settings.provider === 'generic' ? 'SMTP' : `SMTP, ${title}`, ['provider']),
    ...serverFields('smtp', smtp, settings, field),
    field('From', from, ['from']),
    ...(rate
      ? [
          field(
            'Rate',
            `${rate.burst} messages at once, then ${rate.perMinute} a minute`,
            ['smtp', 'rate'],
            presetRate !== undefined,
          ),
        ]
      : []),
  ];
}

function authorization(account: Account, settings: AccountSettings, field: Field): readonly SheetField[] {
  const { login } = account;
  const grant = field('Authorization', grants[login.grant], ['grant']);
  if (login.grant === 'password') return [grant, field('Password', 'set', ['password'])];
  const { oauth } = login;
  const isPreset = settings.provider !== 'generic';
  const isBrowser = login.grant === 'authorization_code';
  const isDevice = login.grant === 'device_code';
  const endpoint = (label: string, key: 'authorizationUrl' | 'tokenUrl' | 'deviceAuthorizationUrl') =>
    oauth[key] === undefined && oauth.issuer !== undefined
      ? field(label, `found by discovery at ${oauth.issuer}`, ['issuer'])
      : field(label, oauth[key] ?? 'not known', [key], isPreset);
  return [
    grant,
    ...(login.grant === 'client_credentials'
      ? []
      : [field('Who signs in', account.user, [settings.user === undefined ? 'mailbox' : 'user'])]),
    ...(settings.tenant === undefined ? [] : [field('Tenant', settings.tenant, ['tenant'])]),
    field('Client ID', oauth.clientId, ['clientId']),
    ...(isBrowser ? [endpoint('Authorization URL', 'authorizationUrl')] : []),
    ...(isDevice ? [endpoint('Device authorization URL', 'deviceAuthorizationUrl')] : []),
    endpoint('Token URL', 'tokenUrl'),
    field('Authorization scope', oauth.scope, ['scope'], isPreset),
    ...clientFields(oauth, settings, field),
  ];
}

function clientFields(oauth: OAuthClient, settings: AccountSettings, field: Field): readonly SheetField[] {
  const { clientSecret, clientSecretExpires, certificate } = oauth;
  const unset = (label: string, value: string) => ({ label, value, from: 'not in the settings' });
  if (certificate) {
    const ends = dayOf(new Date(new X509Certificate(certificate.certificate).validTo));
    return [
      unset('Client secret', 'not set; there is a certificate'),
      field('Certificate', `${settings.certificate?.file}, ends on ${ends}`, ['certificate', 'file']),
      field('Key of the certificate', settings.certificate?.key ?? '', ['certificate', 'key']),
    ];
  }
  if (clientSecret === undefined) return [unset('Client secret', 'not set: a public client')];
  const label = 'End of the client secret';
  return [
    field('Client secret', 'set', ['clientSecret']),
    clientSecretExpires
      ? field(label, dayOf(clientSecretExpires), ['clientSecretExpires'])
      : unset(label, 'not known; give it as clientSecretExpires, and people are warned ahead'),
  ];
}

function reading(
  kind: 'imap' | 'pop3',
  account: Account,
  settings: AccountSettings,
  field: Field,
): readonly SheetField[] {
  const server = account[kind];
  if (!server) return [];
  const mailboxes = account.imap && [account.imap.mailbox, ...(account.imap.others ?? [])];
  return [
    ...serverFields(kind, server, settings, field),
    ...(mailboxes ? [field('IMAP mailbox', mailboxes.join(', '), ['imap', 'mailbox'])] : []),
    field('Looked into at least every', formatDuration(server.pollMs), [kind, 'poll']),
  ];
}

const dayOf = (date: Date) => date.toISOString().slice(0, 10);
