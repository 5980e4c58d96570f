import type { Alert } from '../../core/alert.js';
import { ownerField } from './owner-field.js';
import type { Typed } from './read-said.js';
import { SayFields } from './say-fields.js';

/** The form in which somebody acknowledges one alert, gives it back or comments on it. */
export function SayForm(parts: {
  readonly alert: Alert;
  readonly base: string;
  readonly visitor: { readonly name: string; readonly formToken: string };
  readonly longestMs: number | undefined;
  /** What a form said that could not be done. */
  readonly typed: Typed | undefined;
}) {
  const { alert, base, visitor, longestMs, typed } = parts;
  const { id, status, owner } = alert;
  const taken = owner?.author === visitor.name ? 'Extend' : 'Take it over';
  return (
    <form
      class="card"
      method="post"
      action={`${base}/alerts/${encodeURIComponent(id)}/say`}
      aria-label="Acknowledge or comment"
    >
      <h2>{status === 'resolved' ? 'Comment' : 'Acknowledge'}</h2>
      <p class="soft">As {visitor.name}.</p>
      <ownerField.Field alert={alert} />
      <SayFields {...{ typed, longestMs, formToken: visitor.formToken }} />
      <p class="buttons">
        {status !== 'resolved' && (
          <button class="first" type="submit" name="kind" value="acknowledge">
            {status === 'acknowledged' ? taken : 'Acknowledge'}
          </button>
        )}
        {status === 'acknowledged' && (
          <button type="submit" name="kind" value="unacknowledge">
            Give back
          </button>
        )}
        <button type="submit" name="kind" value="comment">
          Only comment
        </button>
      </p>
    </form>
  );
}
