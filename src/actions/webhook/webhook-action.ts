import type { Action } from '../../core/action.js';
import type { Clock } from '../../core/clock.js';
import type { Log } from '../../core/host.js';
import type { Network } from '../../core/network.js';
import type { WebhookActionSettings } from '../../core/settings.js';
import type { SystemErrors } from '../../core/system-error.js';
import { createActionHealth } from '../action-health.js';
import { eventsJson } from '../events-json.js';
import { retryAfter } from './retry-after.js';
import { signBody } from './sign-body.js';
import { webhookFault } from './webhook-fault.js';

/**
 * Tells another program of alerts: a POST of `{ "version": 1, "events": [...] }` in JSON, as docs/webhook.md
 * describes it, signed where `settings` have a secret. The secrets of `settings` stand there as they are sent.
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
  const health = createActionHealth(settings.name, systemErrors, clock);
  const { url, headers } = withoutUserinfo(settings);

  return {
    name: settings.name,
    async execute(events, signal) {
      try {
        const body = eventsJson(events);
        const signature = settings.secret ? signBody(settings.secret, body, clock.now()) : {};
        const response = await network.fetch(url, {
          method: 'POST',
          headers: { ...headers, ...signature },
          body,
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
        const retryAt = retryAfter(response.headers.get('retry-after'), clock.now());
        return { done: [], deferred: await health.failed(fault, retryAt) };
      } catch (thrown) {
        const fault = webhookFault(settings.name, url, { thrown });
        return { done: [], deferred: signal.aborted ? { fault } : await health.failed(fault) };
      }
    },
    async close() {},
  };
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
