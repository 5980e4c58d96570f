import type { AcknowledgeOutcome } from '../../core/acknowledgement.js';
import type { SaidOfAlerts } from '../../core/alert-desk.js';

const done: Readonly<Record<SaidOfAlerts['kind'], string>> = {
  acknowledge: 'Acknowledged.',
  unacknowledge: 'Given back: nobody has it now, and those who were told are told again.',
  comment: 'The comment is noted.',
};

const others: Readonly<Record<Exclude<AcknowledgeOutcome, 'acknowledged'>, string>> = {
  duplicate: 'This was sent before, and counts once.',
  'already-acknowledged': 'Not done: somebody else has it already.',
  gone: 'Not done: the monitor does not know it as firing any more.',
};

/** What came of a form about alerts, for the page that is shown next, whose address names it as `done`. */
export const outcomeWords = {
  write: (kind: SaidOfAlerts['kind'], outcome: AcknowledgeOutcome): string =>
    outcome === 'acknowledged' ? kind : outcome,

  /** In a sentence; undefined where the address names none. */
  read: (text: string | null): string | undefined =>
    Object.entries({ ...done, ...others }).find(([name]) => name === text)?.[1],
};
