import type { ConsoleDesk } from '../../core/console-desk.js';
import type { SystemError } from '../../core/system-error.js';
import { Moment } from '../frame/moment.js';
import { webAddress } from '../frame/web-address.js';

/** One system error that stands: what happened, what to do, since when. */
export function StandingError({ error, desk }: { readonly error: SystemError; readonly desk: ConsoleDesk }) {
  const { severity, subject, code, message, remedy, since, count } = error;
  const signIn = webAddress(error.authorizationUrl);
  return (
    <article class={`trouble ${severity}`}>
      <h2>
        {severity === 'critical' ? 'Critical' : 'Warning'}: {subject} <code>{code}</code>
      </h2>
      <p>{message}</p>
      <p>
        <b>{remedy}</b>
      </p>
      {signIn && (
        <p>
          <a class="button" href={signIn} target="_blank" rel="noopener noreferrer">
            Sign in for {subject}
          </a>
        </p>
      )}
      <p class="soft">
        Since <Moment at={since} desk={desk} />
        {count > 1 && <>, seen {count} times</>}
      </p>
    </article>
  );
}
