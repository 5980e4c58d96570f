import { severityRank } from '../../core/severity.js';
import type { MailView } from '../email/mail-view.js';
import { type ChatText, chatText } from './chat-text.js';

/**
 * Teams takes 28 kB, counted after the workflow has written the card into another JSON: a request of 24 kB was seen
 * to be refused.
 */
const mostBytes = 26_000;
/** How long each text may be; the first with which everything fits is taken. */
const roomier = [3_000, 1_500, 750, 300, 100];

/**
 * A message for a Teams workflow ("When a Teams webhook request is received"): one Adaptive Card 1.4.
 *
 * What an alert says stands in text runs, which know no Markdown, so that no link or mention comes of it.
 */
export function teamsMessage(view: MailView): object {
  const text = chatText(view);
  const messages = roomier.map((limit) => messageOf(card(text, view, limit)));
  return messages.find((message) => sizeOf(message) <= mostBytes) ?? messages.at(-1) ?? {};
}

function messageOf(content: object): object {
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

function card({ title, lines, details, links }: ChatText, view: MailView, limit: number): object {
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      textBlock(short(title, 200), { weight: 'Bolder', size: 'Large', color: colorOf(view) }),
      // A text run knows no line feeds either.
      ...lines.flatMap((line) => short(line, limit).split('\n')).map((line) => textBlock(line)),
      textBlock(short(details, limit), { size: 'Small', isSubtle: true }),
    ].filter(({ inlines: [run] }) => run.text.trim() !== ''),
    actions: links.map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
  };
}

function textBlock(text: string, style: object = {}) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] as const };
}

/** Only beside the word: not everybody sees colors. */
function colorOf({ state, severity }: MailView): string {
  if (state === 'resolved') return 'Good';
  if (state === 'acknowledged') return 'Accent';
  return severityRank(severity) < 2 ? 'Attention' : 'Warning';
}

function short(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/\p{Surrogate}$/u, '')}…`;
}

/** In JSON within JSON, every character beyond ASCII written as an escape. */
function sizeOf(message: object): number {
  return JSON.stringify(JSON.stringify(message)).replace(/[^\x20-\x7e]/g, '\\\\u0000').length;
}

const workflow = 'Open the workflow in Teams (Workflows) or Power Automate, ';
const newUrl = 'Copy the URL of the webhook from the workflow in Teams again and put it into the settings.';

/** What to do about the words that a workflow refuses with. */
export const teamsRefusals: Readonly<Record<string, string>> = {
  WorkflowTriggerIsNotEnabled: `${workflow}and turn it on.`,
  WorkflowNotFound: 'Make a new workflow in Teams, and put the URL of its webhook into the settings.',
  WorkflowTriggerNotFound: newUrl,
  DirectApiAuthorizationRequired: newUrl,
  DirectApiInvalidAuthorizationScheme: newUrl,
  TriggerInputSchemaMismatch: `${workflow}and let it begin with "When a Teams webhook request is received".`,
};
