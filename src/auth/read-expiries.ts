import { X509Certificate } from 'node:crypto';
import type { Account, OAuthClient } from '../core/account.js';
import type { Expiry } from '../core/status.js';
import { expiryStep } from './expiry-step.js';
import type { GrantDocument } from './grant.js';
import { belongsTo } from './grant-change.js';
import type { Trouble } from './trouble.js';

const dayMs = 86_400_000;

/**
 * Everything of an account that ends by itself, as far as it is known, the soonest first.
 *
 * Of the end of a sign-in people are warned only where the refreshes do not put it off: because the provider
 * ends it whatever is done, or because they have failed for two days.
 */
export function readExpiries(
  account: Account,
  oauth: OAuthClient,
  grant: GrantDocument | undefined,
  trouble: Trouble | undefined,
  now: Date,
): readonly Expiry[] {
  const client = clientEnd(oauth);
  const fails = trouble !== undefined && (grant?.refreshedAt ?? now).getTime() <= now.getTime() - 2 * dayMs;
  const bySignIn = account.login.grant !== 'client_credentials' && grant && belongsTo(grant, account);
  const signIn = bySignIn ? signInEnd(oauth, grant, trouble) : undefined;
  return [client, signIn]
    .filter((expiry) => expiry !== undefined)
    .map((expiry) => {
      const step = expiry.renewed && !fails ? undefined : expiryStep(expiry.at, now);
      return { ...expiry, ...(step === undefined ? {} : { warnedDays: step }) };
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

function clientEnd({ certificate, clientSecretExpires }: OAuthClient): Expiry | undefined {
  if (certificate) {
    const { validTo } = new X509Certificate(certificate.certificate);
    return { what: 'certificate', at: new Date(validTo), renewed: false };
  }
  return clientSecretExpires && { what: 'client secret', at: clientSecretExpires, renewed: false };
}

function signInEnd(
  { grantLife }: OAuthClient,
  { refreshToken, refreshTokenEnd, refreshedAt, signedInAt }: GrantDocument,
  trouble: Trouble | undefined,
): Expiry | undefined {
  // What has ended already is told as such.
  const dead = trouble?.fault.code === 'OAUTH_AUTHORIZATION_REQUIRED';
  if (refreshToken === undefined || dead) return undefined;
  if (refreshTokenEnd) {
    const { at, fixed } = refreshTokenEnd;
    const { short } = grantLife ?? {};
    const lastsMs = signedInAt ? at.getTime() - signedInAt.getTime() : Number.POSITIVE_INFINITY;
    const isShort = fixed && short && lastsMs < (short.days + 1) * dayMs;
    return {
      ...{ what: 'sign-in', at, renewed: !fixed },
      ...(isShort ? { detail: short.reason, remedy: short.remedy } : {}),
    };
  }
  if (!grantLife || !refreshedAt) return undefined;
  return { what: 'sign-in', at: new Date(refreshedAt.getTime() + grantLife.idleDays * dayMs), renewed: true };
}
