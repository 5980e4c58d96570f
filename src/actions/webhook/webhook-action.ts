import type { Action } from '../../core/action.js';
import type { AlertEvent } from '../../core/alert.js';
import type { Clock } from '../../core/clock.js';
import type { Log } from '../../core/host.js';
import type { Network } from '../../core/network.js';
import type { WebhookActionSettings } from '../../core/settings.js';
import type { SystemErrors } from '../../core/system-error.js';
import { retryAfter } from './retry-after.js';
import { webhookFault } from './webhook-fault.js';
import { createWebhookHealth } from './webhook-health.js';

/** Nothing changes until somebody mends the settings or the other side. */
const refusedRetryMs = 10 * 60_000;

/**
 * Tells another program of alerts: a POST of `{ "version": 1, "events": [...] }` in JSON, the events as in
 * `AlertEvent`, dates in ISO 8601. The secrets of `settings` stand there as they are sent.
 *
 * Any 2xx is done; the answer's body is not read. Everything else is tried again: when `Retry-After` says so
 * (RFC 9110 section 10.2.3), every 10 minutes after a refusal (4xx, or a redirect, which is not followed), and
 * else by the outbox's backoff. An event may come twice, with the same `id`. A refusal is a system error at
 * once, a failure after 5 minutes.
 */
export function createWebhookAction(deps: {
  readonly settings: WebhookActionSettings;
  readonly network: Network;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
}): Action {
  const { settings, network, systemErrors, clock, log } = deps;
  const health = createWebhookHealth(settings.name, systemErrors, clock);
  const { url, headers } = withoutUserinfo(settings);

  return {
    name: settings.name,
    async execute(events, signal) {
      try {
        const response = await network.fetch(url, {
          method: 'POST',
          headers,
          body: bodyOf(events),
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(settings.timeout)]),
        });
        await response.body?.cancel();
        if (response.ok) {
          await health.succeeded();
          return { done: events.map(({ id }) => id) };
        }

        const { status } = response;
        log.debug({ action: settings.name, status }, 'The webhook did not take the events.');
        const fault = webhookFault(settings.name, url, { status });
        await health.failed(fault);
        const now = clock.now();
        const askedAt = retryAfter(response.headers.get('retry-after'), now);
        const slowAt = fault.transient ? undefined : new Date(now.getTime() + refusedRetryMs);
        const retryAt = askedAt ?? slowAt;
        return { done: [], deferred: { fault, ...(retryAt ? { retryAt } : {}) } };
      } catch (thrown) {
        const fault = webhookFault(settings.name, url, { thrown });
        if (!signal.aborted) await health.failed(fault);
        return { done: [], deferred: { fault } };
      }
    },
    async close() {},
  };
}

function bodyOf(events: readonly AlertEvent[]): string {
  return JSON.stringify({ version: 1, events });
}

/** `fetch` refuses a URL with a login in it; it goes into the header where it belongs (RFC 7617). */
function withoutUserinfo(settings: WebhookActionSettings): {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const url = new URL(settings.url);
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    headers: {
      ...(login === ':' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
      ...Object.fromEntries(
        Object.entries(settings.headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Ackmail',
    },
  };
}
