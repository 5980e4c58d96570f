import { formatDuration } from '../core/duration.js';
import type { Terminal } from './terminal.js';

const patienceMs = 1_000;
const everyMs = 200;

/** Says how far something is, as often as it likes; it is shown a few times a second. */
export type SayProgress = (text: string) => void;

/**
 * Runs something that may take long, and says how far it is on one line of standard error that is written over, and
 * gone at the end. Nothing is said in the first second, nor where standard error is no terminal.
 *
 * What `task` writes to the terminal itself belongs into `aside`, or it would stand on that line.
 */
export async function withProgress<T>(
  { live, stderr, clock, columns = 80 }: Pick<Terminal, 'live' | 'stderr' | 'clock' | 'columns'>,
  first: string,
  task: (say: SayProgress, aside: (write: () => void) => void) => Promise<T>,
): Promise<T> {
  if (!live) return task(silent, (write) => write());
  const ended = new AbortController();
  const begunAt = clock.now().getTime();
  const begunMs = clock.elapsedMs();
  let text = first;
  let isShown = false;
  const wipe = () => {
    if (isShown) stderr.write('\r\u001b[2K');
    isShown = false;
  };
  const show = async () => {
    await clock.until(new Date(begunAt + patienceMs), ended.signal);
    while (!ended.signal.aborted) {
      const line = `${text} … ${formatDuration(clock.elapsedMs() - begunMs)}`;
      stderr.write(`\r\u001b[2K${line.slice(0, columns - 1)}`);
      isShown = true;
      await clock.until(new Date(clock.now().getTime() + everyMs), ended.signal);
    }
  };
  const showing = show();
  try {
    return await task(
      (said) => {
        text = said;
      },
      (write) => {
        wipe();
        write();
      },
    );
  } finally {
    ended.abort();
    await showing;
    wipe();
  }
}

const silent = () => {};
