import { parseDuration } from '../core/duration.js';
import type { HistoryEntry } from '../core/store.js';
import { timeZoneOf } from '../core/time-zone-of.js';
import { CommandError } from './command-error.js';
import { historyLine } from './history-line.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';
import { withProgress } from './with-progress.js';

/** What `ackmail history` is told. */
export interface HistoryOptions extends GlobalOptions {
  /** A duration with its unit. */
  readonly since: string;
  /** Only what has this in a fact, such as an alert's name or a recipient; upper and lower case are the same. */
  readonly alert?: string;
  readonly kind?: readonly string[];
  readonly json?: boolean;
  readonly limit: number;
}

/** `ackmail history`: what happened, the newest last. Answers the exit code. */
export async function history(options: HistoryOptions, terminal: Terminal): Promise<number> {
  const sinceMs = parseDuration(options.since);
  if (sinceMs === undefined)
    throw new CommandError(`--since ${options.since} is no duration.`, 'Such as 30m, 24h or 7d.', 2);
  const owner = await openOwner(options, terminal);
  try {
    const since = new Date(terminal.clock.now().getTime() - sinceMs);
    const found: HistoryEntry[] = [];
    let earlier = 0;
    await withProgress(terminal, 'Reading the history', async (say) => {
      let read = 0;
      for await (const entry of owner.control.upkeep.history(since)) {
        read += 1;
        say(`Reading the history: ${read} entries`);
        if (!fits(entry, options)) continue;
        found.push(entry);
        if (found.length <= options.limit) continue;
        found.shift();
        earlier += 1;
      }
    });
    const timeZone = timeZoneOf(owner.context.settings);
    const lines = options.json
      ? found.map((entry) => safeJson(entry))
      : [
          ...(earlier > 0 ? [`${earlier} more before; -n shows more of them`] : []),
          ...found.map((entry) => historyLine(entry, timeZone)),
        ];
    if (lines.length > 0) terminal.stdout.write(`${lines.join('\n')}\n`);
    else if (!options.json) terminal.stdout.write('Nothing of that happened.\n');
    return 0;
  } finally {
    await owner.close();
  }
}

function fits(entry: HistoryEntry, { alert, kind }: HistoryOptions): boolean {
  if (kind !== undefined && !kind.includes(entry.kind)) return false;
  if (alert === undefined) return true;
  const wanted = alert.toLowerCase();
  return Object.entries(entry).some(
    ([name, value]) => name !== 'at' && name !== 'kind' && String(value).toLowerCase().includes(wanted),
  );
}
