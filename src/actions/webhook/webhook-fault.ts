import { Fault } from '../../core/fault.js';
import { fetchTrouble } from '../../core/fetch-trouble.js';

/** What became of a call that failed: an answer, with the word of it that we know and its remedy, or what was thrown. */
export type WebhookFailure =
  | { readonly status: number; readonly word?: string; readonly remedy?: string }
  | { readonly thrown: unknown };

/**
 * Turns what became of a webhook call into a Fault: an HTTP status, or what `fetch` threw.
 *
 * ACTION_REFUSED for a status that says the call is wrong, or a redirect; ACTION_FAILED for all that passes
 * by itself. Of the URL only the host is told, since paths and queries of webhooks are secrets.
 */
export function webhookFault(action: string, url: string, outcome: WebhookFailure): Fault {
  const { host } = new URL(url);
  // The cause is left out: fetch writes the whole URL into some of its messages.
  if ('thrown' in outcome)
    return new Fault('ACTION_FAILED', { action, detail: fetchTrouble(outcome.thrown, url) });
  const { status, word, remedy } = outcome;
  if (status >= 300 && status < 400)
    return new Fault('ACTION_REFUSED', {
      action,
      detail: `${host} answers HTTP ${status}, and redirects are not followed`,
    });
  const isWrong = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  return new Fault(isWrong ? 'ACTION_REFUSED' : 'ACTION_FAILED', {
    action,
    detail: `${host} answers HTTP ${status}${word === undefined ? '' : `, ${word}`}`,
    ...(isWrong && remedy !== undefined ? { remedy } : {}),
  });
}
