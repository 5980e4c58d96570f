import type { ConsoleDesk } from '../../core/console-desk.js';
import type { WaitingDetail } from '../../core/waiting.js';
import { WhatWords } from './what-words.js';

/** Asks back before something is dropped, and says what is lost. */
export function DropQuestion(parts: {
  readonly desk: ConsoleDesk;
  readonly base: string;
  /** The path that drops it. */
  readonly action: string;
  readonly count: number;
  /** The first ones. */
  readonly details: readonly WaitingDetail[];
  readonly formToken: string;
}) {
  const { desk, base, action, count, details, formToken } = parts;
  const more = count - details.length;
  return (
    <section class="card" aria-label="What is lost">
      <p>
        <b>
          {count === 1 ? 'One event goes untold' : `${count} events go untold`}, and nobody hears of{' '}
          {count === 1 ? 'it' : 'them'} any more.
        </b>{' '}
        The alerts themselves stay as they are, here and in the monitor; the history keeps what was dropped.
      </p>
      <ul>
        {details.map((detail) => (
          <li>
            <WhatWords {...{ detail, desk, base }} />
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
      <form method="post" action={action}>
        <input type="hidden" name="token" value={formToken} />
        <p class="buttons">
          <button class="danger" type="submit">
            {count === 1 ? 'Drop it' : `Drop all ${count}`}
          </button>
          <a href={`${base}/outbox`}>Keep {count === 1 ? 'it' : 'them'}</a>
        </p>
      </form>
    </section>
  );
}
