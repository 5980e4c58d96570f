import type { MailView } from '../email/mail-view.js';
import { chatText } from './chat-text.js';

/** What Slack allows in the text of a section or a context block. */
const longestText = 3_000;

/**
 * A message for Slack's incoming webhooks: blocks for people, and `text` for notifications and screen readers.
 *
 * What an alert says is text and nothing else: `&`, `<` and `>` are escaped, so no mention, channel or link comes of
 * it, and `verbatim` keeps Slack from making some by itself. Links stand in the text, since a button would ask for
 * an application that answers it.
 */
export function slackMessage(view: MailView): object {
  const { title, lines, details, links } = chatText(view);
  const texts = [`*${escaped(title, 200)}*`, ...lines.map((line) => escaped(line, longestText))];
  const linked = links.flatMap(({ label, url }) => linkTo(url, label)).join(' · ');
  return {
    text: escaped([title, lines[0] ?? ''].join(': '), longestText),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      ...[...texts, linked]
        .filter((text) => text !== '')
        .map((text) => ({ type: 'section', text: mrkdwn(text) })),
      { type: 'context', elements: [mrkdwn(escaped(details, longestText))] },
    ],
  };
}

const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A text as Slack wants it, at most so long when it is escaped; what was cut ends in an ellipsis. */
function escaped(text: string, limit: number): string {
  let result = '';
  let kept = '';
  for (const character of text) {
    result += entities[character] ?? character;
    if (result.length > limit) return `${kept}…`;
    if (result.length < limit) kept = result;
  }
  return result;
}

/** Nothing where it does not fit: half a link leads nowhere. */
function linkTo(url: string, label: string): string[] {
  const target = escaped(url.replaceAll('|', '%7C'), Number.POSITIVE_INFINITY);
  return target.length > longestText / 2 - 100 ? [] : [`<${target}|${escaped(label, 80)}>`];
}

const newHook = 'Make a new incoming webhook in Slack and put its URL into the settings.';
const administrator =
  'Ask an administrator of the Slack workspace to allow it, or use a webhook of another channel.';
const ours = 'Report it with this text: Slack does not understand what Ackmail sent.';

/** What to do about the words that Slack refuses with. */
export const slackRefusals: Readonly<Record<string, string>> = {
  no_service: newHook,
  no_service_id: newHook,
  no_active_hooks: newHook,
  no_team: newHook,
  team_disabled: newHook,
  invalid_token: newHook,
  user_not_found: newHook,
  channel_not_found: newHook,
  channel_is_archived: 'Take the channel out of the archive in Slack, or use a webhook of another channel.',
  action_prohibited: administrator,
  posting_to_general_channel_denied: administrator,
  invalid_payload: ours,
  invalid_blocks: ours,
  invalid_blocks_format: ours,
  no_text: ours,
};
