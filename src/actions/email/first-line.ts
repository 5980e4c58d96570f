import type { AlertEventKind } from '../../core/alert.js';
import type { OwnerView } from './alert-head.js';

/**
 * The first line of a mail: what a person sees on a locked phone beside the subject, so it adds what the
 * subject lacks: the value, since when with the zone, and who has it.
 */
export function firstLine(facts: {
  /** Of the events that the mail tells of, oldest first. */
  readonly kinds: readonly AlertEventKind[];
  readonly isSystemError: boolean;
  readonly value: string | undefined;
  readonly summary: string | undefined;
  readonly since: string;
  readonly duration: string;
  readonly resolvedAt: string | undefined;
  readonly owner: OwnerView | undefined;
  /** Who gave it back, and why. */
  readonly givenBack: Pick<OwnerView, 'author' | 'comment'> | undefined;
}): string {
  const { value, summary, since, duration, owner, givenBack } = facts;
  const what = value && summary ? `${value}: ${summary}` : (value ?? summary);
  const told = what === undefined ? '' : sentence(what);
  const had = facts.isSystemError ? '' : owner ? `; ${owner.author} had it` : '; nobody had it';
  const back = givenBack && [
    `${givenBack.author} gave it back`,
    ...(givenBack.comment ? [givenBack.comment] : []),
  ];
  const nobody = back ? back.join(': ') : 'nobody has it yet';
  const has = facts.isSystemError ? '' : `; ${owner ? ownership(owner) : nobody}`;
  const last = facts.kinds.at(-1);

  if (last === 'resolved') {
    const isNews = facts.kinds.includes('fired');
    const over = isNews
      ? `Fired ${since}, resolved ${facts.resolvedAt} after ${duration}${had}.`
      : `Resolved ${facts.resolvedAt} after ${duration}${had}.`;
    return joined(over, isNews ? told : '');
  }
  if (last === 'acknowledged' && owner) {
    const comment = owner.comment === undefined ? '' : `: ${owner.comment}`;
    return joined(sentence(`${ownership(owner)}${comment}`), `Firing since ${since}.`);
  }
  if (last === 'unacknowledged') return joined(`Nobody has it any more; firing since ${since}.`, told);
  if (last === 'repeated' && facts.isSystemError)
    return joined(told, `It stands since ${since} (${duration}).`);
  if (last === 'repeated' && !facts.kinds.includes('fired'))
    return joined(sentence(`Still firing, since ${since} (${duration})${has}`), told);
  return joined(told, sentence(`Since ${since}${has}`));
}

function ownership({ author, until }: OwnerView): string {
  return until === undefined ? `${author} has it` : `${author} has it until ${until}`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function joined(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
