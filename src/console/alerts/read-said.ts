import type { SaidOfAlerts } from '../../core/alert-desk.js';
import { parseDuration } from '../../core/duration.js';
import { ownerField } from './owner-field.js';

/** What somebody typed into a form about alerts: it is kept where it could not be done. */
export interface Typed {
  readonly alertIds: readonly string[];
  readonly duration: string;
  readonly comment: string;
  readonly source: string;
}

/** A form about alerts: what it says, or in a sentence why it says nothing; and what was typed in any case. */
export type ReadSaid =
  | { readonly said: SaidOfAlerts; readonly typed: Typed }
  | { readonly problem: string; readonly typed: Typed };

const mostAlerts = 500;
const longestComment = 2_000;
const kinds = ['acknowledge', 'unacknowledge', 'comment'] as const;

/** Reads a form about the alerts that it names as `alert`; its author is who is signed in. */
export function readSaid(form: URLSearchParams, author: string): ReadSaid {
  const field = (name: string) => form.get(name) ?? '';
  const alertIds = [...new Set(form.getAll('alert'))];
  // A browser sends line ends as CRLF.
  const comment = field('comment').replace(/\r\n?/g, '\n').trim();
  const typed = { alertIds, duration: field('for'), comment, source: field('source') };
  const problem = (text: string) => ({ problem: text, typed });

  const kind = kinds.find((each) => each === field('kind'));
  const durationMs = typed.duration === '' ? undefined : parseDuration(typed.duration);
  if (!kind || !/^console[0-9a-f]{32}$/.test(typed.source) || (typed.duration !== '' && !durationMs))
    return problem('The form was not whole. Open the page again.');
  if (alertIds.length === 0) return problem('No alert was selected: tick the ones that you mean.');
  if (alertIds.length > mostAlerts) return problem(`Select at most ${mostAlerts} alerts at once.`);
  if (comment.length > longestComment)
    return problem(`The comment is too long: ${longestComment} characters at most.`);
  if (kind === 'comment' && comment === '') return problem('The comment is empty: write one.');
  const holds = kind === 'acknowledge' && durationMs ? { durationMs } : {};
  const knownOwners = form.getAll('owner').flatMap((value) => ownerField.read(value) ?? []);
  return { said: { kind, alertIds, author, comment, source: typed.source, knownOwners, ...holds }, typed };
}
