import type { ZonedTime } from '../../core/zoned-time.js';
import { beginsWithQuestion } from './begins-with-question.js';
import { doubtOf } from './doubt.js';
import { isQuestion } from './is-question.js';
import { readDuration } from './read-duration.js';
import { readNumbers } from './read-numbers.js';
import { reactionIn, readReaction } from './read-reaction.js';
import { readUntil } from './read-until.js';

/** `bare`: words without a command, or no words at all. `unclear`: it may be a command, and which is not plain. */
export const commandKinds = ['ack', 'unack', 'comment', 'bare', 'help', 'unclear'] as const;

/** What a reply says, before anybody looks at the alerts. */
export interface Command {
  readonly kind: (typeof commandKinds)[number];
  /** Which alerts are meant, by their numbers in the mail; absent when it says nothing. */
  readonly numbers?: readonly number[] | 'all';
  /** How long `ack` is to hold, in milliseconds; absent when it says nothing. */
  readonly durationMs?: number;
  /** Until when `ack` is to hold; at most one of `until` and `durationMs` is there. */
  readonly until?: Date;
  /** What is not plain, in a whole sentence to its author; there for `unclear`. */
  readonly doubt?: string;
  /** The words that are not the command. */
  readonly comment: string;
}

/** What a reply is read with. */
export interface CommandSetting {
  /** How many alerts the mail tells of. */
  readonly alertCount: number;
  /** When the reply was received. */
  readonly at: Date;
  /** The clocks by which its author reads a time. */
  readonly zone: Pick<ZonedTime, 'day' | 'first'>;
}

const longestAckMs = 30 * 86_400_000;
const shortestAckMs = 60_000;
const mostCharacters = 16_000;

const politeness =
  /^(?:(?:please|pls|plz|kindly|i|we|hereby|ok|okay|yes|thanks|only|just)(?:[\s,.!:-]+|$)){1,4}/iu;
const verbs =
  /^(?:(?<un>un[- ]?ack(?:ed|ing|nowledged?)?)|(?<ack>ack(?:['’]?d|ed|ing|nowledged?|nowledging)?)|(?<comment>comment))(?:(?![\p{L}\p{N}_-])|(?<=ack)(?=\d))/iu;
/** What people put in front of a number. */
const fillers = /^(?:(?:only|just|nos?\.?|numbers?|alerts?)\s+){1,3}(?=#?\d)/iu;
const strayNumber = /^(?:[-+]\s?\d|#\d|\d+(?![\p{L}\p{N}_])|\d+,\d)/u;
const strayDuration = /^[-+]\s?\d[\d.,]*\s?(?:[smhdw]|min|hours?|days?)(?![\p{L}\p{N}_])/iu;
const between = /^[\s:.,!*_~`"'”’)\]]+/u;

/**
 * Reads the person's own words. A command stands first: `ack`, `unack`, `comment …`, `help`, or only what may follow
 * `ack`: how long (`2h`, `until 21:00`) and, in an answer to a mail about several alerts, which (`2,5`, `3-7`, `all`).
 *
 * Words that end in a question mark are a comment, whatever they begin with, and so are those without a command whose
 * first paragraph does; all else is `bare`, but for what looks like a command and is none, which is `unclear`: to
 * acknowledge by it would be a guess.
 */
export function readCommand(ownWords: string, setting: CommandSetting): Command {
  const words = ownWords
    .slice(0, mostCharacters)
    .replace(/^>.*(?:\n|$)/gm, '')
    .trim();
  if (/^[*_"'\s]*help[*_"'\s.!?]*$/i.test(firstOf(words))) return { kind: 'help', comment: '' };
  if (isQuestion(words)) return { kind: 'comment', comment: words };
  const reaction = reactionIn(words);
  if (reaction !== undefined) return readReaction(reaction);
  const text = plain(words);
  const command = commandIn(text, setting);
  if (command && command.kind !== 'ack' && command.kind !== 'unack') return command;
  const doubt = doubtOf(text, command !== undefined, (line) => isWholeCommand(line, setting));
  if (doubt !== undefined) return { kind: 'unclear', doubt, comment: words };
  return command ?? { kind: beginsWithQuestion(text) ? 'comment' : 'bare', comment: words };
}

/** The command that words begin with, and `unclear` where its meaning is not plain; undefined when they have none. */
function commandIn(words: string, setting: CommandSetting): Command | undefined {
  const verb = verbs.exec(words);
  if (!verb) return verbless(words, setting);
  const rest = words.slice(verb[0].length).replace(between, '');
  if (verb.groups?.['comment'] !== undefined) return { kind: 'comment', comment: rest };
  return followed(verb.groups?.['un'] === undefined ? 'ack' : 'unack', rest, setting);
}

/** What may follow `ack`, alone in its line: without a verb, other words may make it something else. */
function verbless(words: string, setting: CommandSetting): Command | undefined {
  const first = firstOf(words);
  const command = followed('ack', first, setting);
  const saysHowLong = command.durationMs !== undefined || command.until !== undefined;
  if (command.kind === 'unclear')
    return /^(?:un)?til/i.test(first) || !/\p{L}/u.test(first) ? command : undefined;
  if (!saysHowLong && command.numbers === undefined) return undefined;
  if (command.comment === '') return { ...command, comment: words.slice(first.length).trim() };
  const isList = typeof command.numbers === 'object' && command.numbers.length > 1;
  return isList || command.until
    ? { kind: 'unclear', doubt: 'Your reply has words behind what may be a command.', comment: words }
    : undefined;
}

/** Reads what follows a verb: which alerts, and how long, in any order. */
function followed(kind: 'ack' | 'unack', words: string, setting: CommandSetting): Command {
  const { alertCount, at, zone } = setting;
  const unclear = (doubt: string): Command => ({ kind: 'unclear', doubt, comment: words });
  let rest = words;
  let numbers: Command['numbers'];
  let durationMs: number | undefined;
  let until: Date | undefined;
  const step = (after: string) => {
    rest = after.replace(between, '').replace(fillers, '');
  };
  step(words);
  for (;;) {
    const isTimed = durationMs !== undefined || until !== undefined;
    const duration = kind === 'ack' && !isTimed ? readDuration(rest) : undefined;
    if (duration && !(alertCount > 1 && /^\d+,/.test(rest))) {
      durationMs = Math.min(Math.max(duration.durationMs, shortestAckMs), longestAckMs);
      step(duration.after);
      continue;
    }
    const [untilWord = ''] = /^(?:un)?til{1,2}\s+/i.exec(rest) ?? [];
    const point =
      kind === 'ack' && !isTimed && untilWord ? readUntil(rest.slice(untilWord.length), at, zone) : undefined;
    if (point?.until === 'past') return unclear('The time that your reply names is over.');
    if (point?.until === 'unclear')
      return unclear('Your reply says until when, but not in a form that can be read.');
    if (point) {
      until = new Date(
        Math.min(Math.max(point.until.getTime(), at.getTime() + shortestAckMs), at.getTime() + longestAckMs),
      );
      step(point.after);
      continue;
    }
    const which = alertCount > 1 && numbers === undefined ? readNumbers(rest, alertCount) : undefined;
    if (!which) break;
    numbers = which.numbers;
    step(which.after);
  }
  if (numbers === 'all' && /^(?:but|except|without|not)(?!\p{L})/iu.test(rest))
    return unclear('Your reply leaves some of the alerts out; name those that you mean.');
  // A number that was not understood may have been meant for anything.
  if ((alertCount > 1 ? strayNumber : strayDuration).test(rest))
    return unclear('Your reply has a number that cannot be read.');
  return {
    ...{ kind, comment: rest },
    ...(numbers ? { numbers } : {}),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(until ? { until } : {}),
  };
}

/** Whether a line is a command and nothing else. */
function isWholeCommand(line: string, setting: CommandSetting): boolean {
  const text = plain(line);
  if (!verbs.test(text)) return false;
  const command = commandIn(text, setting);
  return (command?.kind === 'ack' || command?.kind === 'unack') && command.comment === '';
}

/** The words as a command is looked for in them: without emphasis, bullets, politeness and a greeting in front. */
function plain(words: string): string {
  const [first = '', ...more] = words.split('\n');
  const isGreeting =
    first.length <= 40 && /^[^\d]*[,，、!]$/u.test(first) && more.some((line) => line.trim() !== '');
  const line = isGreeting && !verbs.test(first) ? '' : first;
  const text = line
    .replace(/(?<![\p{L}\p{N}])[*_~`]{1,3}|[*_~`]{1,3}(?![\p{L}\p{N}])/gu, '')
    .replace(/^[\s"'“”„«([{<•·.:>#–—-]+(?=\p{L})/u, '')
    .replace(politeness, '');
  return [text, ...more].join('\n').trim();
}

function firstOf(words: string): string {
  return words.split('\n', 1)[0] ?? '';
}
