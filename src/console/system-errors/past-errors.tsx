import type { ConsoleDesk } from '../../core/console-desk.js';
import { formatDuration } from '../../core/duration.js';
import type { PastError } from '../../core/past-error.js';
import { Moment } from '../frame/moment.js';

/** System errors that were raised and cleared, the newest first. */
export function PastErrors({
  errors,
  desk,
}: {
  readonly errors: readonly PastError[];
  readonly desk: ConsoleDesk;
}) {
  return (
    <section class="table" tabindex={0} aria-label="Raised and cleared">
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">About</th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          {errors.map(({ at, change, code, subject, severity, message, since, count }) => (
            <tr>
              <td>
                <Moment at={at} desk={desk} />
              </td>
              <td>
                {change === 'raised' ? (
                  <span class={severity === 'critical' ? 'bad' : 'warn'}>raised, {severity}</span>
                ) : (
                  <>
                    <span class="good">cleared</span> after {formatDuration(at.getTime() - since.getTime())}
                    {count > 1 && <>, seen {count} times</>}
                  </>
                )}
              </td>
              <th scope="row">
                {subject} <div class="soft">{code}</div>
              </th>
              <td>{message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
