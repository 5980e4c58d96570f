/**
 * What a failure asks for. T: nothing, it is tried again. U: a user signs in again. A: an administrator
 * changes something. B: the request itself was wrong, begin again or wait.
 */
export type RefusalClass = 'T' | 'U' | 'A' | 'B';

/** What a code of an authorization server means. */
export interface RefusalMeaning {
  readonly class: RefusalClass;
  /** What happened, in plain words that follow a colon. */
  readonly reason: string;
  /** What to do, where it is more than the class says. */
  readonly remedy?: string;
  /** How long to leave the token endpoint alone, at least. */
  readonly pauseMs?: number;
}

const tenMinutesMs = 600_000;
const group = (
  codes: readonly number[],
  refusalClass: RefusalClass,
  reason: string,
  remedy?: string,
  pauseMs?: number,
): readonly (readonly [number, RefusalMeaning])[] =>
  codes.map((code) => [
    code,
    {
      class: refusalClass,
      reason,
      ...(remedy === undefined ? {} : { remedy }),
      ...(pauseMs === undefined ? {} : { pauseMs }),
    },
  ]);

const registration = 'In the app registration of the provider';

/** The AADSTS numbers of Microsoft's authorization server. */
export const microsoftRefusals: ReadonlyMap<number, RefusalMeaning> = new Map([
  ...group([50173, 50132, 50133, 50089, 70000], 'U', 'the sign-in was revoked or is no longer valid'),
  ...group([70008], 'U', 'the sign-in has expired'),
  ...group([700082], 'U', 'the sign-in has expired, since it was not used for 90 days'),
  ...group([70043], 'U', 'a Conditional Access policy asks for a new sign-in from time to time'),
  ...group(
    [700084],
    'U',
    'the sign-in has expired, since the redirect URI is registered for a single-page app (24 hours)',
    `Sign in again, and register the redirect URI under the platform "Web", so that it does not happen every day.`,
  ),
  ...group([50076, 50074, 50078, 50079, 50072], 'U', 'multi-factor authentication is asked for'),
  ...group([50055, 50144], 'U', 'the password of the user has expired'),
  ...group(
    [65001],
    'U',
    'the permissions were not consented to',
    'Sign in and accept; where users may not consent, an administrator grants admin consent in the app registration.',
  ),
  ...group([65004], 'U', 'the permissions were declined', 'Sign in again and accept what is asked for.'),
  ...group([50126], 'U', 'the password is wrong'),
  ...group([50020, 16000], 'U', 'the account that signed in does not belong to the tenant'),
  ...group([50158, 50140, 50199, 700020], 'U', 'the provider asks for a sign-in by a person'),

  ...group([54005], 'B', 'the code of this sign-in was redeemed already'),
  ...group([501481], 'B', 'this sign-in does not fit the one that was begun'),
  ...group([70018, 70019], 'B', 'the code is wrong or too late'),

  ...group(
    [7000215],
    'A',
    'the client secret is wrong',
    `${registration} make a client secret and put its Value, not its Secret ID, into clientSecret.`,
  ),
  ...group(
    [7000222],
    'A',
    'the client secret has expired',
    `${registration} make a new client secret and put its Value into clientSecret.`,
  ),
  ...group([700027, 50012], 'A', 'the proof of the client is not accepted', 'Check the client credentials.'),
  ...group(
    [700016, 7000112, 70001],
    'A',
    'the application is not known in this tenant, or is disabled',
    'Check clientId (the Application ID) and tenant.',
  ),
  ...group([700011, 90002], 'A', 'the tenant is not known', 'Check tenant: its domain or its id.'),
  ...group(
    [700025, 7000218],
    'A',
    'the application is registered as the other kind of client',
    `${registration} put the redirect URI under the platform "Web" and make a client secret.`,
  ),
  ...group(
    [50194, 9001023, 9002332, 90130],
    'A',
    'the application cannot be used by way of this tenant',
    'Set tenant to the domain or id of the tenant in which the application is registered.',
  ),
  ...group(
    [50011],
    'A',
    'the redirect URI is not registered',
    `${registration} add the redirect URI exactly as the authorization URL names it, under the platform "Web".`,
  ),
  ...group(
    [70011, 28002, 28003, 500011, 50001],
    'A',
    'a scope is not known',
    'Check scope; leave it out to get that of the provider preset.',
  ),
  ...group(
    [650052, 650056, 650057, 65005, 90094, 90095],
    'A',
    'a permission or the consent of an administrator is missing',
    `${registration} add the delegated permissions SMTP.Send and IMAP.AccessAsUser.All and grant admin consent.`,
  ),
  ...group(
    [50105],
    'A',
    'the user is not assigned to the application',
    'Assign the user under Enterprise applications, or switch off "Assignment required".',
  ),
  ...group([50034], 'A', 'the user does not exist in this tenant', 'Check user and tenant.'),
  ...group([50057], 'A', 'the user is disabled', 'Enable the user, or sign in with another one.'),
  ...group(
    [53000, 53001, 53002, 53003, 530032, 530035, 53011],
    'A',
    'a security policy (Conditional Access, security defaults) blocks it',
    'Look up the sign-in under the sign-in logs of Entra ID, and exempt this user or this machine from the policy.',
  ),

  ...group([50053], 'T', 'the user is locked after too many wrong passwords', undefined, tenMinutesMs),
  ...group(
    [28000, 700022, 900144, 90014, 9002313],
    'B',
    'the request was malformed',
    'Check scope: it may name one resource only.',
    tenMinutesMs,
  ),
  ...group([50196], 'B', 'too many requests in a loop', undefined, tenMinutesMs),
  ...group(
    [50033, 50087, 50088, 90006, 90012, 90024, 90033, 90055, 90090, 80001, 80002, 80005],
    'T',
    'a passing failure on the side of the provider',
  ),
]);

/** The `error` values of RFC 6749 section 5.2 and 4.1.2.1, and of OpenID Connect Core 1.0 section 3.1.2.6. */
export const oauthRefusals: Readonly<Record<string, RefusalMeaning>> = {
  invalid_grant: { class: 'U', reason: 'the sign-in was revoked or has expired' },
  interaction_required: { class: 'U', reason: 'the provider asks for a sign-in by a person' },
  login_required: { class: 'U', reason: 'the provider asks for a sign-in by a person' },
  account_selection_required: { class: 'U', reason: 'the provider asks for a sign-in by a person' },
  consent_required: { class: 'U', reason: 'the permissions were not consented to' },
  access_denied: { class: 'U', reason: 'the sign-in was cancelled or declined' },
  invalid_client: {
    class: 'A',
    reason: 'the client is not known, or its secret is wrong or has expired',
    remedy: 'Check clientId and clientSecret.',
  },
  unauthorized_client: {
    class: 'A',
    reason: 'the client may not sign in this way',
    remedy: 'Allow the authorization code grant with refresh tokens for this client.',
  },
  invalid_scope: {
    class: 'A',
    reason: 'a scope is not known or not allowed',
    remedy: 'Check scope, and what the client is allowed to ask for.',
  },
};
