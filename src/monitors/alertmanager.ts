import type { Clock } from '../core/clock.js';
import { describe, Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Monitor, Raise } from '../core/monitor.js';
import type { Network } from '../core/network.js';
import type { Collection } from '../core/store.js';
import { type AlertmanagerSettings, createAlertmanagerApi } from './alertmanager-api.js';
import { readWebhook } from './alertmanager-webhook.js';
import { acknowledgeBySilence } from './silence-acknowledge.js';
import { oneLine } from './silence-comment.js';
import type { SilenceRecord } from './silence-record.js';
import { createSilenceWatch } from './silence-watch.js';

/** What the bridge to Alertmanager needs. */
export interface AlertmanagerDeps {
  /** The monitor's name in the settings. */
  readonly name: string;
  /** Its settings, secrets resolved. */
  readonly settings: AlertmanagerSettings;
  /** A collection of type `silenceRecordType` that is this monitor's alone. */
  readonly silences: Collection<SilenceRecord>;
  readonly network: Network;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The bridge to Prometheus Alertmanager: alerts come in by its webhook, an acknowledgement goes out as a
 * silence, and while it holds silences it watches what Alertmanager no longer tells of.
 *
 * A webhook is answered with 2xx only when its events are on disk; with 503 Alertmanager sends it again.
 * `apply` throws `HOST_UNAVAILABLE` (transient) or `HOST_REFUSED`.
 */
export function createAlertmanager(deps: AlertmanagerDeps): Monitor {
  const { name, settings, silences, clock, log } = deps;
  const api = createAlertmanagerApi(name, settings, deps.network);
  const alone = oneAtATime();
  const watch = createSilenceWatch({
    name,
    api,
    silences,
    clock,
    log,
    pollMs: settings.poll,
    resolvedAfterMs: settings.resolvedAfter,
    alone,
  });
  let raising: Raise | undefined;

  const take = async (request: Request): Promise<Response> => {
    if (request.method !== 'POST')
      return answer(405, `Monitor ${name} takes the webhooks of Alertmanager by POST.`, { allow: 'POST' });
    const reading = readWebhook(name, await request.text(), clock.now());
    if ('problem' in reading) {
      const sender = oneLine(request.headers.get('user-agent') ?? 'a sender without a name', 80);
      log.warn({ monitor: name, sender, problem: reading.problem }, 'A webhook was refused.');
      return answer(
        400,
        `Monitor ${name} does not understand this webhook from ${sender}: ${reading.problem}.`,
      );
    }
    if (reading.truncated > 0)
      log.warn(
        { monitor: name, truncated: reading.truncated },
        'Alertmanager left alerts out of a webhook; remove max_alerts from its webhook_config.',
      );
    try {
      if (!raising) return later(`Monitor ${name} is not started yet.`);
      if (reading.events.length > 0) await raising(reading.events);
      return answer(200, `${reading.events.length} taken.`);
    } catch (thrown) {
      log.error({ monitor: name, detail: describe(thrown) }, 'The alerts of a webhook were not taken.');
      return later('The alerts could not be written to disk; send them again.');
    }
  };

  return {
    name,
    routes: [{ path: '', handle: take }],
    async start(raise, signal) {
      raising = raise;
      let failing = false;
      while (!signal.aborted) {
        try {
          await watch.pass(raise, signal);
          if (failing) log.info({ monitor: name }, 'Alertmanager answers again.');
          failing = false;
        } catch (thrown) {
          const facts = { monitor: name, ...(thrown instanceof Fault ? { code: thrown.code } : {}) };
          if (!signal.aborted) log[failing ? 'debug' : 'warn'](facts, describe(thrown));
          failing = true;
        }
        await clock.until(new Date(clock.now().getTime() + settings.poll), signal);
      }
      raising = undefined;
    },
    apply: (acknowledgement, alerts) =>
      acknowledgement.kind === 'comment'
        ? Promise.resolve('acknowledged')
        : alone(() =>
            acknowledgeBySilence(
              { api, silences, clock, resolvedAfterMs: settings.resolvedAfter },
              acknowledgement,
              alerts,
            ),
          ),
  };
}

function answer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  });
}

function later(text: string): Response {
  return answer(503, text, { 'retry-after': '10' });
}

/** Lets work wait for the work before it, whatever became of that. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work, work);
    last = run.catch(() => undefined);
    return run;
  };
}
