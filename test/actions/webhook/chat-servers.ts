import type { Answer } from './scene.js';

/** What a server that takes chat messages keeps of them. */
export interface Posted {
  readonly texts: string[];
  readonly links: string[];
}

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(body: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Answers as Slack's incoming webhooks do, and checks what they check; also that nothing is left unescaped. */
export function slackServer(posted: Posted[]): Answer {
  return (request, response, body) => {
    const refuse = (word: string) => response.writeHead(400, { 'content-type': 'text/html' }).end(word);
    const message = parsed(body);
    const isJson = request.headers['content-type']?.startsWith('application/json');
    if (request.method !== 'POST' || !message || !isJson) return refuse('invalid_payload');
    if (textOf(message['text']) === '') return refuse('no_text');
    const blocks = listOf(message['blocks']);
    if (blocks.length === 0 || blocks.length > 50) return refuse('invalid_blocks');
    const objects = blocks.flatMap(({ type, text, elements }) => {
      if (type === 'section') return [isObject(text) ? text : {}];
      return type === 'context' ? listOf(elements) : [{}];
    });
    const texts = objects.map(({ type, text, verbatim }) => {
      const isRight = type === 'mrkdwn' && verbatim === true && textOf(text).length <= 3_000;
      return isRight ? textOf(text) : '';
    });
    const links = texts.flatMap((text) =>
      [...text.matchAll(/<(https?:[^<>|]+)\|([^<>|]+)>/g)].map(([link]) => link),
    );
    const isEscaped = [...texts, textOf(message['text'])].every((text) => {
      const rest = links.reduce((left, link) => left.replace(link, ''), text);
      return !/[<>]|&(?!(?:amp|lt|gt);)/.test(rest);
    });
    if (texts.includes('') || !isEscaped || textOf(message['text']).length > 3_000)
      return refuse('invalid_blocks');
    posted.push({ texts: [textOf(message['text']), ...texts], links });
    return response.writeHead(200).end('ok');
  };
}

/** Answers as the webhook of a Teams workflow does, and checks what the workflow and Teams check later. */
export function teamsServer(posted: Posted[]): Answer {
  return (request, response, body) => {
    const refuse = (code: string) =>
      response.writeHead(400, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          error: { code, message: 'The input body for trigger did not match its schema.' },
        }),
      );
    const message = parsed(body);
    const attachments = listOf(message?.['attachments']);
    const isJson = request.headers['content-type']?.startsWith('application/json');
    if (message?.['type'] !== 'message' || attachments.length !== 1 || !isJson)
      return refuse('TriggerInputSchemaMismatch');
    const [attachment] = attachments;
    const card = isObject(attachment?.['content']) ? attachment['content'] : {};
    const isCard = attachment?.['contentType'] === 'application/vnd.microsoft.card.adaptive';
    if (!isCard || card['type'] !== 'AdaptiveCard' || !(Number(card['version']) >= 1.4))
      return refuse('InvalidCard');
    // What was seen: the card is counted when it stands as a text in another JSON.
    if (Buffer.byteLength(JSON.stringify(JSON.stringify(message))) > 28 * 1_024)
      return refuse('MessageSizeExceeded');
    const blocks = listOf(card['body']);
    const texts = blocks.flatMap(({ type, inlines }) =>
      listOf(inlines).map((run) =>
        type === 'RichTextBlock' && run['type'] === 'TextRun' ? textOf(run['text']) : '',
      ),
    );
    const links = listOf(card['actions']).map(({ type, url }) =>
      type === 'Action.OpenUrl' ? textOf(url) : '',
    );
    const areRight =
      texts.length === blocks.length && !texts.includes('') && links.every((url) => /^https?:/.test(url));
    if (!areRight) return refuse('InvalidCard');
    posted.push({ texts, links });
    return response.writeHead(202).end();
  };
}
