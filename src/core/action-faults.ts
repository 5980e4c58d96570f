import { type FaultMeaning, meaning } from './fault-meaning.js';

/** The faults of the actions and of what waits for them. */
export const actionFaults = {
  ACTION_FAILED: meaning(
    true,
    'The action {action} could not tell of an alert: {detail}',
    'Nothing now; it is tried again by itself. If it lasts, check that the other side runs and can be reached.',
  ),
  ACTION_TEST_FAILED: meaning(
    true,
    'The test of account {account} met something unexpected: {detail}',
    'Try again; if it lasts, report it with this text.',
  ),
  ACTION_REFUSED: meaning(
    false,
    'The action {action} was refused: {detail}',
    'Check the address and the credentials of the action in the settings.',
  ),
  ACTION_GAVE_UP: meaning(
    false,
    'The action {action} gave up telling of {events}, the oldest due since {since}: {names}. The last try failed: {detail}',
    'Look at those alerts in the monitor yourself, and mend what the last try says. `ackmail history --since 7d --kind given-up` has all of them; what still fires is told when the monitor says it again.',
  ),
  ACTION_HELD: meaning(
    false,
    'Events that came from a backup wait, and nobody is told of them: {count}',
    'Look in the monitor whether they still matter. `ackmail outbox retry --held` tells people of them now, `ackmail outbox drop --held` puts them into the history only. What happens since leaves as always.',
  ),
  ACTION_MISSING: meaning(
    false,
    'Events wait for the action {action}, which is not in the settings: {count}',
    'Put the action back into the settings, or run `ackmail outbox drop --action {action}`.',
  ),
} as const satisfies Record<string, FaultMeaning>;
