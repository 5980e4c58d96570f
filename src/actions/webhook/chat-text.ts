import type { MailView } from '../email/mail-view.js';

/** What a chat message says, as plain text. */
export interface ChatText {
  /** The severity or the state as a word, and what it is about. */
  readonly title: string;
  /** The first says the most: value, since when, who has it. The others may have several lines. Never empty. */
  readonly lines: readonly string[];
  /** Severity, monitor, labels and annotations on one line. */
  readonly details: string;
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

/** What people in a chat are told of an alert: the same as those who get the mail. */
export function chatText(view: MailView): ChatText {
  const { owner, remedy, authorization_url: authorizationUrl, url, monitor } = view;
  const comment = view.state === 'acknowledged' ? owner?.comment : undefined;
  // What is told already need not be told twice.
  const description = view.first_line.includes(view.description ?? '') ? undefined : view.description;
  const facts = [...view.labels, ...view.annotations].map(({ name, value }) => `${name}: ${value}`);
  return {
    title: `[${view.word}] ${view.words}`,
    lines: [
      view.first_line,
      ...(view.escalation === undefined ? [] : [view.escalation]),
      ...(comment === undefined || view.first_line.includes(comment) ? [] : [`${owner?.author}: ${comment}`]),
      ...(description === undefined ? [] : [description]),
      ...(remedy === undefined ? [] : [`What to do: ${remedy}`]),
    ],
    details: [`severity: ${view.severity}`, `monitor: ${monitor}`, ...facts].join(' · '),
    links: [
      ...(authorizationUrl === undefined ? [] : [{ label: 'Sign in', url: authorizationUrl }]),
      ...(url === undefined ? [] : [{ label: `Open in ${monitor}`, url }]),
    ],
  };
}
