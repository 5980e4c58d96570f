import type { Action, ActionResult } from '../../core/action.js';
import type { Clock } from '../../core/clock.js';
import type { Log } from '../../core/host.js';
import type { Network } from '../../core/network.js';
import type { WebhookActionSettings } from '../../core/settings.js';
import type { SystemErrors } from '../../core/system-error.js';
import { timeLimit } from '../../core/time-limit.js';
import { createActionHealth } from '../action-health.js';
import { createPause } from './pause.js';
import { refusalWord } from './refusal-word.js';
import { retryAfter } from './retry-after.js';
import { signBody } from './sign-body.js';
import { webhookFault } from './webhook-fault.js';
import { webhookFormat } from './webhook-format.js';

/** A longer wait is the outbox's: it keeps nothing of this action under way. */
const longestPauseMs = 60_000;

/**
 * Tells another program of alerts: a POST of JSON, in the format of `settings`, signed where they have a secret
 * (docs/webhook.md, docs/chat.md). The secrets of `settings` stand there as they are sent.
 *
 * Any 2xx is done. Everything else is tried again: when `Retry-After` says so (RFC 9110 section 10.2.3), every 10
 * minutes after a refusal (4xx, or a redirect, which is not followed), and else by the outbox's backoff. Whom
 * `Retry-After` asks to wait, all the calls of this action wait for. An event may come twice, with the same `id`. A
 * refusal is a system error at once, a failure after 5 minutes.
 */
export function createWebhookAction(deps: {
  readonly settings: WebhookActionSettings;
  readonly network: Network;
  readonly systemErrors: SystemErrors;
  /** What people in a chat read times in. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
}): Action {
  const { settings, network, systemErrors, clock, log } = deps;
  const { name } = settings;
  const health = createActionHealth(name, systemErrors, clock);
  const format = webhookFormat(settings.format, deps.timeZone);
  const { url, headers } = withoutUserinfo(settings);
  const pause = createPause(clock);

  const call = async (body: string, signal: AbortSignal): Promise<ActionResult['deferred']> => {
    const signature = settings.secret ? signBody(settings.secret, body, clock.now()) : {};
    const response = await network.fetch(url, {
      method: 'POST',
      headers: { ...headers, ...signature },
      body,
      redirect: 'manual',
      signal: timeLimit(settings.timeout, signal),
    });
    const { status, ok } = response;
    if (ok) {
      await response.body?.cancel();
      await health.succeeded();
      pause.begin(new Date(clock.now().getTime() + format.gapMs));
      return undefined;
    }
    log.debug({ action: name, status }, 'The webhook did not take the events.');
    const word = await refusalWord(response, Object.keys(format.refusals));
    const remedy = format.refusals[word ?? ''];
    const fault = webhookFault(name, url, {
      status,
      ...(word ? { word } : {}),
      ...(remedy ? { remedy } : {}),
    });
    const retryAt = retryAfter(response.headers.get('retry-after'), clock.now());
    if (retryAt && fault.transient) pause.begin(retryAt, fault);
    return health.failed(fault, retryAt);
  };

  return {
    name,
    async execute(events, signal) {
      const [first, ...rest] = events;
      if (!first) return { done: [] };
      const deferred = pause.longerThan(longestPauseMs);
      if (deferred) return { done: [], deferred };
      try {
        await pause.end(signal);
        const failed = await call(format.compose([first, ...rest], clock.now()), signal);
        return failed ? { done: [], deferred: failed } : { done: events.map(({ id }) => id) };
      } catch (thrown) {
        const fault = webhookFault(name, url, { thrown });
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
