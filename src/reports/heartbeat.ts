import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import { fetchTrouble } from '../core/fetch-trouble.js';
import type { Log } from '../core/host.js';
import type { Network } from '../core/network.js';
import type { HeartbeatSettings } from '../core/settings.js';
import type { Collection } from '../core/store.js';
import { timeLimit } from '../core/time-limit.js';

/** When the heart was about to beat last. */
export interface Beat {
  readonly at: Date;
}

/** The sign of life for whoever watches over Ackmail itself. */
export interface Heartbeat {
  /** Beats until `signal` is aborted; the first time after one interval. */
  start(signal: AbortSignal): Promise<void>;
  /** Why nobody hears it, in plain sentences; empty as long as it is heard. */
  warnings(): readonly string[];
}

/** What the heartbeat needs. */
export interface HeartbeatSetup {
  readonly settings: HeartbeatSettings;
  /** The collection `heartbeat`, of which one document is written before each beat: `last`. */
  readonly document: Collection<Beat>;
  readonly network: Pick<Network, 'fetch'>;
  /** What keeps alerts from being sent and replies from being read, in a few words each. */
  readonly troubles: () => readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

const timeLimitMs = 10_000;

/**
 * Fetches a URL again and again, but only while everything works; docs/heartbeat.md says what that is.
 *
 * Each time a document is written first: that is what accepting an alert takes. A crash loop never beats, since the
 * first time is after one interval. That nobody answers is a warning and nothing more: whoever is behind the URL
 * notices it by himself.
 */
export function createHeartbeat(setup: HeartbeatSetup): Heartbeat {
  const { settings, network, clock, log } = setup;
  const { url, every } = settings;
  let warning: string | undefined;

  const unwritable = async (): Promise<readonly string[]> => {
    try {
      await setup.document.put('last', { at: clock.now() });
      return [];
    } catch (thrown) {
      return [`no document can be written (${describe(thrown)})`];
    }
  };
  const beat = async (signal: AbortSignal): Promise<string | undefined> => {
    const troubles = [...(await unwritable()), ...setup.troubles()];
    if (troubles.length > 0) return `The heartbeat is held back: ${troubles.join('; ')}.`;
    try {
      const response = await network.fetch(url, {
        redirect: 'manual',
        headers: { 'user-agent': 'Ackmail' },
        signal: timeLimit(timeLimitMs, signal),
      });
      await response.body?.cancel();
      if (response.ok) return undefined;
      return `The heartbeat is not taken: ${new URL(url).host} answers HTTP ${response.status}.`;
    } catch (thrown) {
      return `The heartbeat is not taken: ${fetchTrouble(thrown, url)}.`;
    }
  };

  return {
    async start(signal) {
      for (;;) {
        await clock.until(new Date(clock.now().getTime() + every), signal);
        if (signal.aborted) return;
        const next = await beat(signal);
        if (signal.aborted) return;
        if (next !== undefined && next !== warning) log.warn({}, next);
        if (next === undefined && warning !== undefined) log.info({}, 'The heartbeat is heard again.');
        warning = next;
      }
    },
    warnings: () => (warning === undefined ? [] : [warning]),
  };
}
