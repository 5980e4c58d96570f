import { z } from 'zod';
import { accountSettings } from '../../core/account-settings.js';
import { settingsValues } from '../../core/settings-values.js';

const { address, name, secret, url } = settingsValues;
const { mailbox, user, tenant, clientId, issuer, authorizationUrl, tokenUrl, scope, provider } =
  accountSettings.shape;

/** A file has a line end behind it, and one secret. */
const oneLine = secret.regex(/^[^\r\n]+$/, 'one line');

const server = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65535).optional(),
  security: z.enum(['tls', 'starttls', 'none']).optional(),
});

/**
 * What `ackmail init` knows when everything is answered; `--answers FILE` holds the same as JSON. A secret is the secret
 * itself, which goes into a file of its own, or where it stands: `${env:NAME}` or `${file:PATH}`.
 */
export const initAnswers = z.strictObject({
  /** A provider of OAuth 2.0, or a server with a password. */
  provider: z.enum([...provider.unwrap().options, 'relay']),
  /** What the account is called in the settings. */
  account: name.default('alerts'),
  mailbox,
  user,
  tenant,
  clientId,
  clientSecret: oneLine.optional(),
  clientSecretExpires: z.iso.date('a date such as 2027-05-01').optional(),
  issuer,
  authorizationUrl,
  tokenUrl,
  scope,
  password: oneLine.optional(),
  smtp: server.optional(),
  replies: z.enum(['imap', 'pop3', 'no']).default('imap'),
  imap: server.optional(),
  pop3: server.optional(),
  /** The name by which a mail server of one's own signs what it found out about a sender. */
  authservId: z.string().min(1).optional(),
  to: z.array(address).min(1),
  admins: z.array(address).default([]),
  /** Without a secret, one is made. */
  alertmanager: z.strictObject({ name: name.default('prod'), url, secret: oneLine.optional() }).optional(),
  listen: z.string().default('127.0.0.1:8025'),
  publicUrl: url.optional(),
  /** Default: ./data, and /var/lib/ackmail for a settings file below /etc. */
  dataDir: z.string().min(1).optional(),
  /** Whether somebody signs in at the end, and whether the account is tested. */
  signIn: z.boolean().default(false),
  test: z.boolean().default(false),
});

/** The answers, all checked one by one. */
export type InitAnswers = z.infer<typeof initAnswers>;
/** The same as somebody gives them: what has a default may be missing. */
export type GivenAnswers = z.input<typeof initAnswers>;
