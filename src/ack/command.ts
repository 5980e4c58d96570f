import { parseDuration } from '../core/duration.js';

/** What a reply says, before anybody looks at the alerts. */
export interface Command {
  /** `bare`: words without a command, or no words at all. */
  readonly kind: 'ack' | 'unack' | 'comment' | 'bare';
  /** Which alerts are meant, by their numbers in the mail; absent when it says nothing. */
  readonly numbers?: readonly number[] | 'all';
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
 *
 * In an answer to a mail about several alerts `ack` and `unack` may be followed by their numbers (`ack 2,5`,
 * `ack 3-7 and 9 1h`) or by `all`.
 */
export function readCommand(ownWords: string, alertCount = 1): Command {
  const words = ownWords.trim();
  const [, verb = '', rest = ''] =
    /^(un-?ack(?:nowledged?)?|ack(?:nowledged?|ed)?|comment)(?![\p{L}\p{N}_-])[\s:.,!]*(.*)$/isu.exec(
      words,
    ) ?? [];
  if (endsInQuestion(words)) return { kind: 'comment', comment: words };
  switch (verb.slice(0, 2).toLowerCase()) {
    case 'un': {
      const { numbers, after } = readNumbers(rest, alertCount);
      return { kind: 'unack', comment: after, ...(numbers ? { numbers } : {}) };
    }
    case 'co':
      return { kind: 'comment', comment: rest };
    case 'ac': {
      const { numbers, after } = readNumbers(rest, alertCount);
      const which = numbers ? { numbers } : {};
      const [, duration, comment = ''] =
        /^((?:\d+[smhdw])+)(?![\p{L}\p{N}_])[\s:.,!]*(.*)$/isu.exec(after) ?? [];
      if (duration === undefined) return { kind: 'ack', comment: after, ...which };
      // A number too large to count with is a long time, not no time.
      const askedMs = parseDuration(duration.toLowerCase()) ?? longestAckMs;
      return {
        kind: 'ack',
        durationMs: Math.min(Math.max(askedMs, shortestAckMs), longestAckMs),
        comment,
        ...which,
      };
    }
    default:
      return { kind: 'bare', comment: words };
  }
}

/** The numbers that stand first, and what stands after them; none in an answer about one alert. */
function readNumbers(
  rest: string,
  alertCount: number,
): { readonly numbers?: readonly number[] | 'all'; readonly after: string } {
  if (alertCount < 2) return { after: rest };
  const [, list, after = ''] =
    /^(all|#?\d{1,4}(?:\s?[-–]\s?#?\d{1,4})?(?:(?:\s*[,;+&]\s*|\s+and\s+)#?\d{1,4}(?:\s?[-–]\s?#?\d{1,4})?)*)(?![\p{L}\p{N}_])[\s:.,!]*(.*)$/isu.exec(
      rest,
    ) ?? [];
  if (list === undefined) return { after: rest };
  if (list.toLowerCase() === 'all') return { numbers: 'all', after };
  const numbers = list.split(/[,;+&]|and/i).flatMap((part) => {
    const [first = 0, last = first] = part
      .split(/[-–]/)
      .map((text) => Number.parseInt(text.replace(/\D/g, ''), 10));
    // What no mail can have is one number that is not there, and no list of thousands.
    if (last < first || last - first >= alertCount) return [first, last];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return { numbers: [...new Set(numbers)], after };
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
