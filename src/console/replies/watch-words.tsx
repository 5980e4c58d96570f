import type { Status } from '../../core/status.js';

/** What stands between replies and the monitor at this moment; nothing where nothing does. */
export function WatchWords({ status }: { readonly status: Status }) {
  if (!status.acknowledgement) return null;
  const { state, detail, pending, waiting } = status.acknowledgement;
  const why = detail === undefined ? '.' : `: ${detail}`;
  const lines = [
    ...(state === 'watching' ? [] : [`The mailbox is not read at this moment${why}`]),
    ...(pending > 0 ? [`${many(pending)} for the monitor.`] : []),
    ...(waiting > 0
      ? [`${many(waiting)} to be judged: for a DNS server, or since one sender wrote too many.`]
      : []),
  ];
  return lines.length === 0 ? null : <p class="warn">{lines.join(' ')}</p>;
}

function many(count: number): string {
  return count === 1 ? '1 reply waits' : `${count} replies wait`;
}
