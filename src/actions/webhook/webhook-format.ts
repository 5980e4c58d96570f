import type { AlertEvent } from '../../core/alert.js';
import { mailView } from '../email/mail-view.js';
import { eventsJson } from '../events-json.js';
import { slackMessage, slackRefusals } from './slack-message.js';
import { teamsMessage, teamsRefusals } from './teams-message.js';

/** How a webhook speaks: what it posts, and what the other side means by its answers. */
export interface WebhookFormat {
  /** The body that tells of the events of one alert, oldest first. */
  compose(events: readonly [AlertEvent, ...AlertEvent[]], now: Date): string;
  /** What to do about a refusal, by a word that stands in its answer. */
  readonly refusals: Readonly<Record<string, string>>;
  /** How long the next call waits after one that was taken. */
  readonly gapMs: number;
}

/** Slack takes one message a second and webhook, and Teams about as many for one conversation. */
const chatGapMs = 1_000;

/** The format of a webhook action by its name in the settings; people read times in `timeZone`. */
export function webhookFormat(name: 'ackmail' | 'slack' | 'teams', timeZone: string): WebhookFormat {
  if (name === 'ackmail') return { compose: eventsJson, refusals: {}, gapMs: 0 };
  const compose = name === 'slack' ? slackMessage : teamsMessage;
  return {
    compose: (events, now) =>
      JSON.stringify(compose(mailView({ events, timeZone, now, tag: undefined, expiresMs: undefined }))),
    refusals: name === 'slack' ? slackRefusals : teamsRefusals,
    gapMs: chatGapMs,
  };
}
