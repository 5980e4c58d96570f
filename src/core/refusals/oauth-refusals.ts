import type { RefusalMeaning } from './refusal-meaning.js';

const byPerson = { class: 'sign-in', reason: 'the provider asks for a sign-in by a person' } as const;
const serverSide = { class: 'transient', reason: 'a passing failure on the side of the provider' } as const;
const accept = 'Open the authorization URL, sign in as {user} and accept what is asked for.';

/**
 * The `error` values of RFC 6749 sections 4.1.2.1 and 5.2, of RFC 8628 section 3.5, of OpenID Connect Core 1.0
 * section 3.1.2.6, and some of Google, Microsoft and Zoho.
 */
export const oauthRefusals: Readonly<Record<string, RefusalMeaning>> = {
  temporarily_unavailable: serverSide,
  server_error: serverSide,
  authorization_pending: {
    class: 'transient',
    reason: 'nobody has entered the device code yet',
    remedy: 'Enter the code at the address that was shown, and sign in as {user}.',
  },
  slow_down: { class: 'transient', reason: 'it is asked too often' },
  'Access Denied': {
    class: 'transient',
    reason: 'too many access tokens were asked for in a short time (Zoho gives 10 in 10 minutes)',
    pauseMs: 600_000,
  },

  invalid_grant: { class: 'sign-in', reason: 'the sign-in was revoked or has expired' },
  invalid_rapt: {
    class: 'sign-in',
    reason: 'the session control of Google Workspace asks for a new sign-in from time to time',
    remedy:
      'Open the authorization URL and sign in as {user}. It will come again: have an administrator exempt the ' +
      'application from session control.',
  },
  interaction_required: byPerson,
  login_required: byPerson,
  account_selection_required: byPerson,
  consent_required: { class: 'sign-in', reason: 'the permissions were not consented to', remedy: accept },
  access_denied: { class: 'sign-in', reason: 'the sign-in was cancelled or declined', remedy: accept },
  authorization_declined: { class: 'sign-in', reason: 'the sign-in was declined', remedy: accept },

  invalid_client: {
    class: 'administrator',
    reason: 'the client is not known, or its secret is wrong or has expired',
    remedy: 'Check clientId and clientSecret.',
  },
  deleted_client: {
    class: 'administrator',
    reason: 'the client was deleted at the provider',
    remedy: 'Register a new client at the provider, and put it into clientId and clientSecret.',
  },
  unauthorized_client: {
    class: 'administrator',
    reason: 'the client may not sign in this way',
    remedy: 'Allow the grant of the settings, with refresh tokens, for this client at the provider.',
  },
  invalid_scope: {
    class: 'administrator',
    reason: 'a scope is not known or not allowed',
    remedy: 'Check scope, and what the client is allowed to ask for.',
  },
  redirect_uri_mismatch: {
    class: 'administrator',
    reason: 'the redirect URI is not registered',
    remedy: 'At the provider register the redirect URI exactly as the authorization URL names it.',
  },
  admin_policy_enforced: {
    class: 'administrator',
    reason: 'the administrator of the domain does not allow this application or scope',
    remedy: 'Have an administrator trust the client id under the API controls of the Google admin console.',
  },
  org_internal: {
    class: 'administrator',
    reason: 'the application is for users of its own organization only',
    remedy: 'Sign in with a user of that organization, or make the user type of the application external.',
  },

  invalid_request: { class: 'ours', reason: 'the request was malformed' },
  unsupported_grant_type: { class: 'ours', reason: 'the provider does not know this grant' },
  unsupported_response_type: { class: 'ours', reason: 'the provider does not know this way to sign in' },
  bad_verification_code: { class: 'ours', reason: 'the device code is not known' },
  expired_token: { class: 'ours', reason: 'the device code came too late' },
};
