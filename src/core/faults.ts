import { actionFaults } from './action-faults.js';
import { type FaultMeaning, meaning } from './fault-meaning.js';
import { mailServerFaults } from './mail-server-faults.js';

/**
 * Every fault there is. The prefix says whose it is; the table of docs/errors.md is made from this one.
 */
export const faults = {
  CONFIG_INVALID: meaning(
    false,
    'The settings are not valid: {detail}',
    'Mend that line and start again; `ackmail check` shows whether it is right.',
  ),
  CONFIG_SECRET_MISSING: meaning(
    false,
    '{path} asks for {secret}, which is not there.',
    'Set that environment variable, or write that file, readable for the user that Ackmail runs as.',
  ),
  CONFIG_UNREADABLE: meaning(
    false,
    'The file {file} cannot be read: {detail}',
    'Check the path and that the user that Ackmail runs as may read it.',
  ),
  CONFIG_TEMPLATE: meaning(
    false,
    'The mail template {file} does not work, and the built-in one is used in its place: {detail}',
    'Mend it, look at the mail with `ackmail preview`, and start Ackmail again.',
  ),
  CONFIG_LISTEN: meaning(
    false,
    'Nothing can listen at {address}: {detail}.',
    'Choose another `http.listen`, such as 127.0.0.1:8025, or stop the program that has the port.',
  ),

  CONFIG_ACCOUNT_UNKNOWN: meaning(
    false,
    'There is no account {account} in the settings. There is: {known}.',
    'Use one of those names, or add the account to the settings.',
  ),

  CONFIG_KEY_GIVEN: meaning(
    false,
    'The key at rest comes from {origin}, and Ackmail cannot change it there: {detail}.',
    'Make a new key (`openssl rand -base64 32`), put it there in front of the old one with a space or a line break between them, and restart: the start seals everything with the new one. When `ackmail status` says so, take the old one out.',
  ),

  OAUTH_AUTHORIZATION_REQUIRED: meaning(
    false,
    'Account {account} is not authorized: {detail}',
    'Open the authorization URL and sign in as {user}; use a private window if the browser signs you in as somebody else.',
  ),
  OAUTH_CONFIGURATION_REQUIRED: meaning(
    false,
    'Account {account} cannot be authorized until an administrator changes something: {detail}',
    '{remedy}',
  ),
  OAUTH_CLIENT_EXPIRING: meaning(
    false,
    'The {what} of account {account} {ends}.',
    'Make a new one at the provider, put it into the settings with its end, and restart; the old one works until it ends.',
  ),
  OAUTH_SIGN_IN_EXPIRING: meaning(
    false,
    'The sign-in of account {account} {ends}: {detail}',
    'Open the authorization URL and sign in as {user} before then.',
  ),
  OAUTH_TEMPORARY: meaning(
    true,
    'The authorization server of account {account} does not answer as it should: {detail}',
    "Nothing now; it is tried again by itself. If it lasts, check the network, the proxy and the provider's status page.",
  ),
  OAUTH_NO_PAGE: meaning(
    false,
    'Account {account} has no page to sign in on: {detail}',
    'Run `ackmail authorize {account}`.',
  ),
  OAUTH_STATE_UNKNOWN: meaning(
    false,
    'This sign-in was not asked for here, was used already, or is too old.',
    'Start again from the authorization URL on the report, or with `ackmail authorize ACCOUNT`.',
  ),
  OAUTH_COOKIE_MISSING: meaning(
    false,
    'This sign-in was begun in another browser.',
    'Start again from the authorization URL, and finish in the same browser.',
  ),
  OAUTH_REFUSED: meaning(
    false,
    'The sign-in for account {account} was refused: {detail}',
    'Start again with the authorization URL, sign in as {user} and accept what is asked for.',
  ),
  OAUTH_WRONG_ACCOUNT: meaning(
    false,
    'The sign-in for account {account} was made as {actual}, but {expected} is wanted. The authorization that was there is unchanged.',
    'Sign in again as {expected}, with the authorization URL in a private window.',
  ),
  OAUTH_RESTART: meaning(
    false,
    'The sign-in for account {account} could not be finished: {detail}',
    'Start again with the authorization URL, or with `ackmail authorize {account}`.',
  ),

  OAUTH_NOT_REVOKED: meaning(
    false,
    'The provider did not revoke the authorization of account {account}, and nothing was removed: {detail}.',
    'Try again later. Or end it at the provider yourself (there {user} removes the access of the application, or an administrator revokes the sessions of {user}), and remove what is kept here: `ackmail forget {account} --force`.',
  ),

  ...mailServerFaults,

  ACK_NOT_TAKEN: meaning(
    false,
    'The acknowledgement by {author} from {at} could not be taken into the monitor for 24 hours: {detail}',
    'Acknowledge the alert in the monitor by hand, and check why the monitor does not take it.',
  ),
  ACK_UNREADABLE: meaning(
    false,
    'A reply at {position} in the mailbox of account {account} failed three times to be read and was set aside: {detail}',
    'Read it in the mailbox yourself; if it acknowledges an alert, acknowledge that in the monitor.',
  ),

  ACK_ROUND_TRIP: meaning(
    false,
    'Replies to mails of account {account} may not get through: in a round trip {detail}.',
    '{remedy}',
  ),

  HOST_UNAVAILABLE: meaning(
    true,
    'The monitor {monitor} does not take the acknowledgement now: {detail}',
    'Nothing now; it is tried again by itself. If it lasts, check that the monitor runs and its `url`.',
  ),
  HOST_REFUSED: meaning(
    false,
    'The monitor {monitor} refuses: {detail}',
    'Check the `url` and the credentials of the monitor in the settings.',
  ),
  HOST_EVENT_INVALID: meaning(
    false,
    'An alert event that was raised is not valid: {detail}',
    'Mend what raises it; docs/events.md says what the fields of an alert event are.',
  ),
  HOST_EVENT_LOST: meaning(
    false,
    'Alert events of {host} could not be accepted, and nobody is told of them: {detail}',
    'Look at the alerts in the monitor yourself, mend what is said, and restart the monitor.',
  ),
  HOST_PART_ENDED: meaning(
    false,
    'A part of Ackmail has ended ({part}): {detail}',
    'Restart it; if that does not help, report it with this text.',
  ),

  STORE_IN_USE: meaning(
    false,
    'The data directory {dir} belongs to a running Ackmail (process {pid}).',
    'Stop that one first, or use another `dataDir`.',
  ),
  STORE_RESTORING: meaning(
    false,
    'A backup was being restored into {dir}, and that was not finished.',
    'Remove everything in that folder, and run `ackmail restore` again.',
  ),
  STORE_NEWER: meaning(
    false,
    '{file} was written by a newer Ackmail (version {found}; this one knows {known}).',
    'Start the newer Ackmail, or restore a backup; nothing was changed.',
  ),
  STORE_DAMAGED: meaning(
    false,
    '{file} cannot be read and was set aside as {aside}: {detail}',
    'Look at the file that was set aside; what it held is not acted upon.',
  ),
  STORE_KEY: meaning(
    false,
    '{file} cannot be decrypted with this key.',
    'Give the key that it was written with (ACKMAIL_KEY or `keyFile`), or give up what it holds and sign in again: `ackmail forget ACCOUNT --force`.',
  ),
  STORE_UNWRITABLE: meaning(
    true,
    'The data directory {dir} cannot be read or written: {detail}',
    'Check the space on the disk and the rights of the folder.',
  ),

  ...actionFaults,
} as const satisfies Record<string, FaultMeaning>;
