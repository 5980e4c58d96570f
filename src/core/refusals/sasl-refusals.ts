import type { RefusalMeaning } from './refusal-meaning.js';

const notAccepted: RefusalMeaning = {
  class: 'sign-in',
  reason: 'the mail server does not accept the access token: it has ended, or is of another user or scope',
  remedy:
    'It is renewed once by itself. If that is refused, too, open the authorization URL, sign in as {user} and accept ' +
    'what is asked for; check that scope names what the mail server demands.',
};
const scopeMissing: RefusalMeaning = {
  class: 'sign-in',
  reason: 'the access token lacks the scope for mail',
  remedy:
    'Check that scope names what the mail server demands, then open the authorization URL, sign in as {user} and ' +
    'accept all that is asked for.',
};

/** The `status` of the error challenge after XOAUTH2 (Gmail) and OAUTHBEARER (RFC 7628 section 3.2.2). */
export const saslRefusals: Readonly<Record<string, RefusalMeaning>> = {
  '400': notAccepted,
  '401': notAccepted,
  invalid_token: notAccepted,
  '403': scopeMissing,
  insufficient_scope: scopeMissing,
  invalid_request: { class: 'ours', reason: 'the login was malformed' },
};
