import type { SystemError } from '../../core/system-error.js';
import { webAddress } from './web-address.js';

const mostShown = 3;

/** What stands in the way of telling people, on top of every page: what happened, what to do, and where to sign in. */
export function TroubleBanner({
  errors,
  base,
}: {
  readonly errors: readonly SystemError[];
  readonly base: string;
}) {
  if (errors.length === 0) return null;
  const more = errors.length - mostShown;
  return (
    <section class="troubles" aria-label="System errors">
      {errors.slice(0, mostShown).map(({ severity, code, subject, message, remedy, authorizationUrl }) => (
        <article class={`trouble ${severity}`}>
          <h2>
            {severity === 'critical' ? 'Critical' : 'Warning'}: {subject} <code>{code}</code>
          </h2>
          <p>{message}</p>
          <p>{remedy}</p>
          {webAddress(authorizationUrl) && (
            <p>
              <a class="button" href={webAddress(authorizationUrl)} target="_blank" rel="noopener noreferrer">
                Sign in for {subject}
              </a>
            </p>
          )}
        </article>
      ))}
      {more > 0 && (
        <p>
          <a href={`${base}/system-errors`}>{more} more</a>
        </p>
      )}
    </section>
  );
}
