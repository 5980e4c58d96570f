import { parseDuration } from '../core/duration.js';

/** What a reply says, before anybody looks at the alerts. */
export interface Command {
  /** `bare`: words without a command, or no words at all. */
  readonly kind: 'ack' | 'unack' | 'comment' | 'bare';
  /** How long `ack` is to hold, in milliseconds; absent when it says nothing. */
  readonly durationMs?: number;
  /** The words that are not the command. */
  readonly comment: string;
}

const longestAckMs = 30 * 86_400_000;

const shortestAckMs = 60_000;

/**
 * Reads the person's own words: a leading `ack` with or without a duration (`ack 2h rest is comment`), `unack`,
 * `comment …`; words that end in a question mark are a comment, whatever they begin with; all else is `bare`.
 */
export function readCommand(ownWords: string): Command {
  const words = ownWords.trim();
  const [, verb = '', rest = ''] =
    /^(un-?ack(?:nowledged?)?|ack(?:nowledged?|ed)?|comment)(?![\p{L}\p{N}_-])[\s:.,!]*(.*)$/isu.exec(
      words,
    ) ?? [];
  if (endsInQuestion(words)) return { kind: 'comment', comment: words };
  switch (verb.slice(0, 2).toLowerCase()) {
    case 'un':
      return { kind: 'unack', comment: rest };
    case 'co':
      return { kind: 'comment', comment: rest };
    case 'ac': {
      const [, duration, comment = ''] =
        /^((?:\d+[smhdw])+)(?![\p{L}\p{N}_])[\s:.,!]*(.*)$/isu.exec(rest) ?? [];
      if (duration === undefined) return { kind: 'ack', comment: rest };
      // A number too large to count with is a long time, not no time.
      const askedMs = parseDuration(duration.toLowerCase()) ?? longestAckMs;
      return {
        kind: 'ack',
        durationMs: Math.min(Math.max(askedMs, shortestAckMs), longestAckMs),
        comment,
      };
    }
    default:
      return { kind: 'bare', comment: words };
  }
}

/** A greeting or a name below the last sentence is not what the words end in. */
function endsInQuestion(words: string): boolean {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  while (lines.length > 1 && isSignOff(lines.at(-1) ?? '')) lines.pop();
  return /[?？؟\u037e][!?？.…\s"'”’»)\]]*$/u.test((lines.at(-1) ?? '').slice(-100));
}

function isSignOff(line: string): boolean {
  const text = line.trim();
  return (
    /^(thanks|thank you|thx|cheers|regards|best|kind|br|mfg|vg|lg|danke|gru(ß|ss)|grüße|viele|merci|cordialement|gracias|saludos|grazie|saluti|obrigad[oa]|mvh|tack|hilsen)(?!\p{L})[^?]{0,40}$/iu.test(
      text,
    ) || /^[-–—]?\s*\p{Lu}[\p{L}'’-]*(\s\p{Lu}[\p{L}'’-]*){0,2},?$/u.test(text)
  );
}
