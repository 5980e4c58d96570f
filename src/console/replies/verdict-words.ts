import type { KeptReply } from '../../core/judged-reply.js';

/** What the verdicts on replies are called on the pages, with the class of their colour. */
export const verdictWords: Readonly<
  Record<KeptReply['verdict'], { readonly words: string; readonly tone: 'good' | 'warn' | 'bad' | '' }>
> = {
  acknowledge: { words: 'acknowledges', tone: 'good' },
  unacknowledge: { words: 'gives back', tone: 'good' },
  comment: { words: 'comment', tone: '' },
  question: { words: 'asked back', tone: 'warn' },
  refused: { words: 'refused', tone: 'bad' },
  'put-off': { words: 'put off', tone: 'warn' },
  unreadable: { words: 'unreadable', tone: 'bad' },
  ignored: { words: 'left alone', tone: '' },
  bounce: { words: 'mail came back', tone: 'bad' },
};
