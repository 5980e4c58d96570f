import { plainText } from '../auth/plain-text.js';
import { refusalClasses } from '../core/refusals/refusal-classes.js';
import { CommandError } from './command-error.js';
import { oauthParts } from './explain/explain-oauth.js';
import { explainRefusal } from './explain/explain-refusal.js';
import type { Explanation } from './explain/explanation.js';
import { readText } from './explain/read-text.js';
import { safeJson } from './safe-json.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

const invitation = 'Paste the refusal; then press Enter and Ctrl-D.\n';

/**
 * `ackmail explain -`: says what a refusal of a provider or mail server means and what to do. The text comes from
 * standard input alone, since it may hold secrets that arguments would show to everybody on the machine.
 *
 * Answers the exit code. A text that is not understood is a failure (1) that writes nothing to standard output, also
 * with `--json`: who reads JSON never gets anything but an explanation.
 */
export async function explain(
  source: string | undefined,
  options: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  if (source !== undefined && source !== '-')
    throw new CommandError(
      'The text is taken from standard input, not from the command line, where everybody can read it.',
      'Use: ackmail explain - < FILE, or ackmail explain - and paste it.',
      2,
    );
  const text = await readText(terminal, invitation);
  if (text === undefined) return 130;
  if (text.trim() === '') throw new CommandError('There is no text to explain.', invitation.trim(), 2);
  const explanation = explainRefusal(text);
  if (!explanation) throw notUnderstood(text);
  terminal.stdout.write(
    options.json ? `${safeJson(explanation, 2)}\n` : explanationText(explanation, terminal),
  );
  return 0;
}

function explanationText(
  { class: asksFor, code, meaning, remedy }: Explanation,
  terminal: Pick<Terminal, 'rich'>,
): string {
  const { strong, good, bad } = styleFor(terminal);
  const mark = asksFor === 'transient' ? good : bad;
  return [
    `${strong(code)}: ${mark(refusalClasses[asksFor].title)} (${asksFor})`,
    '',
    `What happened: ${meaning}.`,
    `What to do:    ${remedy}`,
    '',
  ].join('\n');
}

function notUnderstood(text: string): CommandError {
  const { error, numbers } = oauthParts(text);
  const codes = [
    ...numbers.slice(0, 3).map((number) => `AADSTS${number}`),
    ...(error ? [plainText(error)] : []),
  ];
  const named = codes.length > 0 ? ` (it names ${codes.join(', ')})` : '';
  return new CommandError(
    `There is no refusal in this text that Ackmail knows${named}.`,
    'Give the whole answer of the provider or mail server, with its codes. What Ackmail does not know while it runs, ' +
      'it takes for passing and tries again.',
  );
}
