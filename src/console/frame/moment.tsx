import type { ConsoleDesk } from '../../core/console-desk.js';
import { formatDuration } from '../../core/duration.js';
import { formatTime } from '../../core/format-time.js';

/** A moment as the console shows it: in the zone of the settings, and how far away it is. */
export function Moment({
  at,
  desk,
}: {
  readonly at: Date;
  readonly desk: Pick<ConsoleDesk, 'timeZone' | 'now'>;
}) {
  const awayMs = at.getTime() - desk.now().getTime();
  const away = awayMs > 0 ? `in ${formatDuration(awayMs)}` : `${formatDuration(-awayMs)} ago`;
  return (
    <>
      <time datetime={at.toISOString()}>{formatTime(at, desk.timeZone)}</time>{' '}
      <span class="soft">({away})</span>
    </>
  );
}
