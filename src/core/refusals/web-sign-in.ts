import type { RefusalMeaning } from './refusal-meaning.js';

/** A mail server sends the user to a web browser instead of taking a password. */
export const webSignIn: RefusalMeaning = {
  class: 'sign-in',
  reason: 'the provider wants a sign-in in a web browser',
  remedy:
    'Open the authorization URL in a browser and sign in as {user}; with a password in the settings set ' +
    '`grant: authorization_code` instead.',
};
