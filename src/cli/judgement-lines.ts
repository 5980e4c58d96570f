import { plainLine, plainText } from '../actions/email/plain-text.js';
import { formatDuration } from '../core/duration.js';
import { formatTime } from '../core/format-time.js';
import type { JudgedReply } from '../core/judged-reply.js';

const longestLine = 300;
const longestText = 2_000;

/** What became of a reply or would, and why, on one line; no control character of a foreign text gets through. */
export function verdictLine(
  { verdict, expiresAt, reason }: Pick<JudgedReply, 'verdict' | 'expiresAt' | 'reason'>,
  timeZone: string,
): string {
  const until = expiresAt ? ` until ${formatTime(expiresAt, timeZone)}` : '';
  return `${verdict}${until}: ${plainLine(reason, longestLine)}`;
}

/** What was found in a reply on the way to its verdict, a line each, with its name in front. */
export function findingLines(reply: JudgedReply, timeZone: string): readonly string[] {
  const { automatic, reference, subject, sender, evidence, ownText, question } = reply;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['automatic', automatic ?? 'no sign of it'],
    ['answers', answered(reference, subject)],
    ['sender', sender ?? 'none'],
    ['evidence', evidence],
    ['words', ownText === '' ? '(none)' : ownText],
    ['command', commandText(reply.command, timeZone)],
    ['asked back', question],
  ];
  return lines.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          `  ${`${name}:`.padEnd(12)}${plainText(value, longestText).replaceAll('\n', `\n${' '.repeat(14)}`)}`,
        ],
  );
}

function answered(reference: JudgedReply['reference'], subject: string | undefined): string {
  if (!reference) return 'no mail that is known here';
  const by = reference.carrier === undefined ? '' : `, by ${reference.carrier}`;
  return `${plainLine(subject ?? 'a mail that is no longer on record', longestLine)} (${reference.mailId}${by})`;
}

const kinds: Readonly<Record<string, string>> = {
  bare: 'none',
  unclear: 'not plain',
};

function commandText(command: JudgedReply['command'], timeZone: string): string | undefined {
  if (!command) return undefined;
  const { kind, numbers, durationMs, until } = command;
  return [
    kinds[kind] ?? kind,
    ...(numbers === undefined
      ? []
      : [numbers === 'all' ? 'all alerts' : `numbers ${numbers.slice(0, 50).join(', ')}`]),
    ...(durationMs === undefined ? [] : [`for ${formatDuration(durationMs)}`]),
    ...(until ? [`until ${formatTime(until, timeZone)}`] : []),
  ].join(', ');
}
