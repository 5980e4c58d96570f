import { randomBytes } from 'node:crypto';
import { formatDuration, parseDuration } from '../../core/duration.js';
import type { Typed } from './read-said.js';

const choices = ['30m', '1h', '2h', '4h', '8h', '12h', '1d', '3d', '1w'];

/**
 * The fields of a form in which somebody acknowledges: for how long, a comment, and what makes a form that is sent twice
 * count once. `typed` is what a form before this one said.
 */
export function SayFields({
  typed,
  longestMs,
  formToken,
}: {
  readonly typed: Typed | undefined;
  /** How long an acknowledgement holds at most; absent where it holds until the alert is resolved. */
  readonly longestMs: number | undefined;
  readonly formToken: string;
}) {
  const atMost = longestMs === undefined ? '' : `, at most ${formatDuration(longestMs)}`;
  const source = typed?.source ?? `console${randomBytes(16).toString('hex')}`;
  const shorter = choices.filter((choice) => (parseDuration(choice) ?? 0) < (longestMs ?? Infinity));
  return (
    <>
      <input type="hidden" name="token" value={formToken} />
      <input type="hidden" name="source" value={source} />
      <div>
        <label for="for">For how long</label>
        <select id="for" name="for">
          <option value="">until it is resolved{atMost}</option>
          {shorter.map((choice) => (
            <option value={choice} selected={typed?.duration === choice}>
              {formatDuration(parseDuration(choice) ?? 0)}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label for="comment">Comment</label>
        <textarea id="comment" name="comment" rows={2} cols={50} maxlength={2_000}>
          {typed?.comment ?? ''}
        </textarea>
      </div>
    </>
  );
}
