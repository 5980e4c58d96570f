import { z } from 'zod';
import { mailAddress } from './mail-address.js';
import { type ProviderName, providers } from './providers.js';
import { settingsValues } from './settings-values.js';

const { address, duration, plainUrl: url, secret } = settingsValues;

const mailbox = z.string().min(1);

const server = (port: number, security: 'tls' | 'starttls') =>
  z.strictObject({
    host: z.string().min(1).optional().describe('Default: the preset of the provider.'),
    port: z.int().min(1).max(65535).optional().describe(`Default: the preset of the provider, else ${port}.`),
    security: z
      .enum(['tls', 'starttls', 'none'])
      .optional()
      .describe(
        `tls: from the first byte; starttls: required before login; none: only on loopback or with insecure. Default: the preset of the provider, else ${security}.`,
      ),
    insecure: z.boolean().default(false).describe('Out loud: no TLS, also beyond loopback.'),
    tls: z
      .strictObject({
        ca: z.string().optional().describe('A file with the PEM certificates of a private CA.'),
        serverName: z.string().optional().describe('The name in the certificate, where it is not the host.'),
      })
      .prefault({}),
  });

/** The schema of one account in the settings. */
export const accountSettings = z
  .strictObject({
    provider: z
      .enum(Object.keys(providers).filter(isProviderName))
      .default('generic')
      .describe(`Fills in what is left out below. ${providerTitles()}.`),
    mailbox: address.describe('The mailbox that sends and receives.'),
    user: z
      .string()
      .min(1)
      .optional()
      .describe('Who signs in, where it is not the mailbox (shared mailbox).'),
    from: z
      .string()
      .max(998)
      .refine(isFrom, '`Name <address>` or an address, on one line')
      .optional()
      .describe('The From of the mails: `Name <address>` or an address. Default: the mailbox.'),
    grant: z
      .enum(['authorization_code', 'device_code', 'client_credentials', 'password'])
      .default('authorization_code')
      .describe(
        'authorization_code: a person signs in with a browser; device_code: a person enters a code on any device; client_credentials: the application itself is authorized, nobody signs in; password: no OAuth.',
      ),
    tenant: z
      .string()
      .regex(/^[A-Za-z0-9.-]+$/)
      .optional()
      .describe('Microsoft 365: the tenant, by its domain or id.'),
    clientId: z.string().min(1).optional(),
    clientSecret: secret
      .optional()
      .describe('The secret of the client. Without it and without certificate: a public client.'),
    certificate: z
      .strictObject({
        file: z.string().min(1).describe('A file with the certificate in PEM, as the provider knows it.'),
        key: z.string().min(1).describe('A file with its RSA private key in PEM, without a passphrase.'),
      })
      .optional()
      .describe('In place of clientSecret: a certificate that the client proves itself with.'),
    clientSecretExpires: z.iso
      .date('a date such as 2027-05-01')
      .transform((text) => new Date(text))
      .optional()
      .describe('The day on which clientSecret ends; warned of 60, 30, 14, 7 and 1 days ahead.'),
    password: secret.optional().describe('For grant password.'),
    issuer: url.optional().describe('generic: the issuer, for discovery (OpenID Connect Discovery 1.0).'),
    authorizationUrl: url.optional().describe('The authorization endpoint, where there is no discovery.'),
    tokenUrl: url.optional().describe('The token endpoint, where there is no discovery.'),
    deviceAuthorizationUrl: url
      .optional()
      .describe('The device authorization endpoint, where there is no discovery.'),
    scope: z.string().optional().describe('Default: the preset of the provider.'),
    redirectUri: url
      .optional()
      .describe('Default: http.publicUrl or http://localhost:PORT, and /oauth/callback.'),
    insecure: z.boolean().default(false).describe('Out loud: an issuer without https, also beyond loopback.'),
    smtp: server(587, 'starttls')
      .extend({
        rate: z
          .strictObject({
            burst: z.int().min(1).max(10_000).describe('How many messages at once.'),
            perMinute: z.number().min(0.01).max(10_000).describe('How many messages a minute for ever.'),
          })
          .optional()
          .describe(
            'How many messages the server takes. When it gets short, one mail tells of several alerts. Default: the preset of the provider.',
          ),
        connections: z
          .int()
          .min(1)
          .max(10)
          .default(3)
          .describe('Connections at the same time; Exchange Online allows 3.'),
      })
      .optional(),
    imap: server(993, 'tls')
      .extend({
        mailbox: z
          .union([mailbox, z.array(mailbox).min(1).max(10)])
          .default('INBOX')
          .describe(
            'The IMAP mailbox that is read, or a list such as [INBOX, Junk]: the first one is waited for, the others are looked into every `poll`. Junk is the one that the server marks so, where none has that name.',
          ),
        poll: duration('1m').describe(
          'How often to look where the server has no IDLE, and into the further mailboxes. Default 1m.',
        ),
      })
      .optional(),
    pop3: server(995, 'tls')
      .extend({
        poll: duration('1m', '10s').describe(
          'How often the maildrop is looked into, 10s or more. Default 1m.',
        ),
      })
      .optional()
      .describe('In place of imap, where a mailbox offers nothing else: replies are read over POP3.'),
  })
  .describe('One mail login.');

function isFrom(text: string): boolean {
  const [, address = text] = /^[^\p{Cc}<>]*<([^<>]*)>$/u.exec(text) ?? [];
  return address.length <= 254 && mailAddress.test(address);
}

function isProviderName(key: string): key is ProviderName {
  return Object.hasOwn(providers, key);
}

function providerTitles(): string {
  return Object.entries(providers)
    .map(([name, { title }]) => `${name}: ${title}`)
    .join('; ');
}
