import type { waitingStates } from './outbox-query.js';

/** What the reasons to wait are called on the pages, and for what they stand. */
export const stateWords: Readonly<
  Record<
    (typeof waitingStates)[number],
    { readonly name: string; readonly words: string; readonly tone: string }
  >
> = {
  waiting: { name: 'To be tried', words: 'to be tried', tone: 'warn' },
  later: { name: 'For later', words: 'waits for its date: quiet hours, or a step of escalation', tone: '' },
  held: { name: 'Held', words: 'came from a backup: waits until you say so', tone: 'warn' },
  telling: { name: 'Being told', words: 'is being told at this moment', tone: 'good' },
};
