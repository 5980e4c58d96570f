import type { RefusalMeaning } from './refusal-meaning.js';

const tenMinutesMs = 600_000;
const registration = 'In the app registration';

/** The AADSTS numbers of Microsoft's authorization server that ask for the same. */
interface AadstsRefusal extends RefusalMeaning {
  readonly codes: readonly number[];
}

/** The AADSTS numbers of Microsoft's authorization server, and what they mean. */
export const aadstsRefusals: readonly AadstsRefusal[] = [
  {
    codes: [50173, 50132, 50133, 50089, 70000],
    class: 'sign-in',
    reason: 'the sign-in was revoked (a changed password does that, too) or is no longer valid',
  },
  {
    codes: [70008],
    class: 'sign-in',
    reason: 'the sign-in has expired',
  },
  {
    codes: [700082],
    class: 'sign-in',
    reason: 'the sign-in has expired, since it was not used for 90 days',
  },
  {
    codes: [70043],
    class: 'sign-in',
    reason: 'a Conditional Access policy asks for a new sign-in from time to time',
    remedy:
      'Open the authorization URL and sign in as {user}. It will come again: have the sign-in frequency of that ' +
      'policy not apply to this user and application.',
  },
  {
    codes: [700084],
    class: 'sign-in',
    reason: 'the sign-in has expired, since the redirect URI is registered for a single-page app (24 hours)',
    remedy:
      'Open the authorization URL and sign in as {user}; then register the redirect URI under the platform ' +
      '"Web", so that it does not happen every day.',
  },
  {
    codes: [50076, 50074, 50078, 50079, 50072],
    class: 'sign-in',
    reason: 'multi-factor authentication is asked for',
    remedy:
      'Open the authorization URL, sign in as {user} and pass (or set up) the multi-factor authentication.',
  },
  {
    codes: [50055, 50144],
    class: 'sign-in',
    reason: 'the password of the user has expired',
    remedy: 'Open the authorization URL, sign in as {user} and set a new password.',
  },
  {
    codes: [65001],
    class: 'sign-in',
    reason: 'the permissions were not consented to',
    remedy:
      'Open the authorization URL, sign in as {user} and accept; where users may not consent, an administrator ' +
      'grants admin consent in the app registration.',
  },
  {
    codes: [65004],
    class: 'sign-in',
    reason: 'the permissions were declined',
    remedy: 'Open the authorization URL, sign in as {user} and accept what is asked for.',
  },
  {
    codes: [50126],
    class: 'sign-in',
    reason: 'the user name or the password is wrong',
  },
  {
    codes: [50020, 16000],
    class: 'sign-in',
    reason: 'the account that signed in does not belong to the tenant',
    remedy: 'Open the authorization URL in a private window and sign in as {user}.',
  },
  {
    codes: [50158, 50140, 50199, 700020],
    class: 'sign-in',
    reason: 'the provider asks for a sign-in by a person',
  },
  {
    codes: [54005],
    class: 'ours',
    reason: 'the code of this sign-in was redeemed already',
  },
  {
    codes: [501481],
    class: 'ours',
    reason: 'this sign-in does not fit the one that was begun',
  },
  {
    codes: [70018, 70019],
    class: 'ours',
    reason: 'the code is wrong or too late',
  },
  {
    codes: [28000, 700022, 900144, 90014, 9002313],
    class: 'ours',
    reason: 'the request was malformed',
    remedy:
      'Check scope: it may name one resource only; leave it out to get that of the provider preset. ' +
      'If it comes again, report it with this text.',
    pauseMs: tenMinutesMs,
  },
  {
    codes: [50196],
    class: 'ours',
    reason: 'too many requests in a loop',
    remedy:
      'Wait ten minutes; nothing asks meanwhile. Does another program use the same client? Register one for each.',
    pauseMs: tenMinutesMs,
  },
  {
    codes: [7000215],
    class: 'administrator',
    reason: 'the client secret is wrong',
    remedy: `${registration} make a client secret and put its Value, not its Secret ID, into clientSecret.`,
  },
  {
    codes: [7000222],
    class: 'administrator',
    reason: 'the client secret has expired',
    remedy: `${registration} make a new client secret and put its Value into clientSecret.`,
  },
  {
    codes: [700027, 50012],
    class: 'administrator',
    reason: 'the proof of the client is not accepted',
    remedy:
      `${registration} upload the certificate that the settings name, look whether it has expired, and set the ` +
      'clock of this machine.',
  },
  {
    codes: [700016, 7000112, 70001],
    class: 'administrator',
    reason: 'the application is not known in this tenant, or is disabled',
    remedy:
      'Check clientId (the Application ID) and tenant, and that the application is enabled under Enterprise applications.',
  },
  {
    codes: [700011, 90002],
    class: 'administrator',
    reason: 'the application or the tenant is not known',
    remedy: 'Check tenant (its domain or its id) and clientId.',
  },
  {
    codes: [700025],
    class: 'administrator',
    reason: 'the application is registered as a public client, which has no secret',
    remedy: `${registration} put the redirect URI under the platform "Web", or take the client secret out of the settings.`,
  },
  {
    codes: [7000218],
    class: 'administrator',
    reason: 'the application is registered as a confidential client, which has a secret or a certificate',
    remedy: `${registration} make a client secret and put its Value into clientSecret, or allow public client flows.`,
  },
  {
    codes: [50194, 9001023, 9002332, 90130],
    class: 'administrator',
    reason: 'the application cannot be used by way of this tenant',
    remedy: 'Set tenant to the domain or id of the tenant in which the application is registered.',
  },
  {
    codes: [50011],
    class: 'administrator',
    reason: 'the redirect URI is not registered',
    remedy: `${registration} add the redirect URI exactly as the authorization URL names it, under the platform "Web".`,
  },
  {
    codes: [70011, 28002, 28003, 500011, 50001],
    class: 'administrator',
    reason: 'a scope or its resource is not known',
    remedy: 'Check scope; leave it out to get that of the provider preset.',
  },
  {
    codes: [650052, 650056, 650057, 65005, 90094, 90095],
    class: 'administrator',
    reason: 'a permission or the consent of an administrator is missing',
    remedy: `${registration} add the delegated permissions SMTP.Send and IMAP.AccessAsUser.All and grant admin consent.`,
  },
  {
    codes: [50105],
    class: 'administrator',
    reason: 'the user is not assigned to the application',
    remedy: 'Assign {user} under Enterprise applications, or switch off "Assignment required".',
  },
  {
    codes: [50034],
    class: 'administrator',
    reason: 'the user does not exist in this tenant',
    remedy: 'Check user and tenant.',
  },
  {
    codes: [50057],
    class: 'administrator',
    reason: 'the user is disabled',
    remedy: 'Enable {user}, or sign in with another one.',
  },
  {
    codes: [53000, 53001, 53002, 53003, 530032, 530035, 53011],
    class: 'administrator',
    reason: 'a security policy (Conditional Access, security defaults, risk) blocks it',
    remedy:
      'Look up the sign-in under the sign-in logs of Entra ID, and exempt {user} or this machine from the policy.',
  },
  {
    codes: [50053],
    class: 'transient',
    reason: 'the user is locked after too many wrong passwords, or the address is blocked',
    remedy:
      'Wait; it is tried again every ten minutes. If it lasts, an administrator unblocks {user} in Entra ID and ' +
      'looks under the sign-in logs who tries.',
    pauseMs: tenMinutesMs,
  },
  {
    codes: [50033, 50087, 50088, 90006, 90012, 90024, 90033, 90055, 90090, 80001, 80002, 80005],
    class: 'transient',
    reason: 'a passing failure on the side of the provider',
  },
];
