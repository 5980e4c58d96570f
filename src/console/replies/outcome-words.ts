import type { KeptReply } from '../../core/judged-reply.js';

const words: Readonly<Record<string, string>> = {
  acknowledged: 'taken by the monitor',
  duplicate: 'taken by the monitor before',
  'already-acknowledged': 'not taken: somebody else had it',
  gone: 'not taken: the monitor did not know it as firing any more',
  superseded: 'overtaken: a later reply was taken first',
  'not-taken': 'not taken by the monitor for 24 hours, and given up',
  asked: 'its author is asked',
  'not-asked': 'the question to its author did not leave',
  noted: 'noted',
};

/** What became of a reply, in words. */
export function outcomeWords({ outcome, verdict }: KeptReply): string {
  if (outcome !== undefined) return words[outcome] ?? outcome;
  const acts = verdict === 'acknowledge' || verdict === 'unacknowledge' || verdict === 'comment';
  return acts ? 'the monitor has not taken it yet; it is tried again' : '';
}
