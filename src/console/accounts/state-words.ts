import type { AccountState } from '../../core/status.js';

/** A state of an account in words, with the class of its colour. */
export interface StateWords {
  readonly words: string;
  readonly tone: 'good' | 'warn' | 'bad';
}

/** What the states of accounts are called on the pages. */
export const stateWords: Readonly<Record<AccountState, StateWords>> = {
  'authorization-required': { words: 'Somebody has to sign in', tone: 'bad' },
  'configuration-required': { words: 'An administrator has to change something', tone: 'bad' },
  degraded: { words: 'Does not work at the moment', tone: 'warn' },
  expiring: { words: 'Works, but something ends soon', tone: 'warn' },
  refreshing: { words: 'Its access token is being renewed', tone: 'good' },
  authorized: { words: 'Authorized', tone: 'good' },
  password: { words: 'Has a password', tone: 'good' },
};
