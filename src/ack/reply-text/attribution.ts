import { evidenceOf } from './evidence.js';

/** The lines that tell who wrote the mail below them, and when. */
export interface Attribution {
  readonly start: number;
  /** The first line behind it. */
  readonly end: number;
  /** Whether what follows is marked as quoted. */
  readonly quoted: boolean;
}

const mostLines = 6;
const longest = 400;
/** "wrote" in the languages whose clients may leave out address and date. */
const wrote =
  /(?<!\p{L})(wrote|writes|said|schrieb|[ée]crit|escribi[óo]|scritto|escreveu|schreef|skrev|skrifaði|kirjoitti|napisał\(?a?\)?|napsala?|napísala?|написал\(?а?\)?|пише|писал|írta|scris|yazdı|έγραψε|כתב|كتب|写道|寫道|작성)\s*[:：]$/iu;

/**
 * Finds the attribution that ends at a line: it holds an address or a date, in any language, and either ends in a
 * colon or stands on marked quotation. Clients break it over several lines. Undefined when there is none.
 *
 * Without marked quotation below it, it must hold an address and a date, or a date and a word for "wrote", and stand
 * as a paragraph of its own.
 */
export function attributionAt(
  lines: readonly string[],
  last: number,
  isQuote: (index: number) => boolean,
): Attribution | undefined {
  const line = lines[last] ?? '';
  const next = nextWords(lines, last + 1);
  const quoted = next !== undefined && isQuote(next);
  const before = lines[last - 1] ?? '';
  if (isNameAlone(before) && isDateAlone(line) && standsAlone(lines, last - 1))
    return { start: last - 1, end: last + 1, quoted: false };
  if (hasTextBehind(line) || (isDateAndName(line) && standsAlone(lines, last)))
    return { start: last, end: last + 1, quoted };
  const endsInColon = /[:：]$/.test(line) || /[:：]\s*-+$/.test(line.slice(-20));
  if ((!endsInColon && !quoted) || line.length > longest || (isQuote(last) && !closesBracket(line)))
    return undefined;

  let text = '';
  let weak: number | undefined;
  for (let start = last; start >= 0 && start > last - mostLines * 2; start -= 1) {
    const above = lines[start] ?? '';
    if (above === '' && !hasOpenEnd(text) && !text.startsWith('<')) break;
    if (start !== last && isQuote(start) && !closesBracket(above)) break;
    text = `${above} ${text}`.trim();
    if (text.length > longest || last - start > mostLines) break;
    if (hasOpenEnd(text)) continue;
    const { address, date, time } = evidenceOf(text);
    const isWhole = quoted || standsAlone(lines, start) || (time && /<[^<>]*@[^<>]*>/.test(text));
    if (address && date && (endsInColon ? isWhole : isShort(text))) return { start, end: last + 1, quoted };
    if (!quoted && endsInColon && date && wrote.test(text) && standsAlone(lines, start))
      return { start, end: last + 1, quoted };
    if (quoted && endsInColon && (address || (date && time) || wrote.test(text))) weak ??= start;
  }
  return weak === undefined ? undefined : { start: weak, end: last + 1, quoted };
}

/**
 * Whether an attribution begins at a quoted line: some clients mark it as quoted like the mail that it tells of.
 */
export function isQuotedAttribution(lines: readonly string[], start: number): boolean {
  let text = '';
  for (let index = start; index < Math.min(start + 3, lines.length); index += 1) {
    text = `${text} ${(lines[index] ?? '').replace(/^>\s?/, '')}`.trim();
    if (text.length > longest || text === '') return false;
    if (!/[:：]$/.test(text)) continue;
    const { address, date, time } = evidenceOf(text);
    return address || (date && time) || wrote.test(text);
  }
  return false;
}

/** An attribution with the other mail beginning in the same line. */
function hasTextBehind(line: string): boolean {
  const [, told] =
    /^([^:：]{0,100}[:：][^:：]{1,100}<[^<>]{3,100}>\s?\p{L}{1,20}[:：])\s+\S/u.exec(
      line.slice(0, longest),
    ) ?? [];
  const { address, date, time } = evidenceOf(told ?? '');
  return address && date && time;
}

/** A date, a name and an address, with no word for "wrote" and no colon. */
function isDateAndName(line: string): boolean {
  return (
    line.length <= 200 && /^\p{Nd}{4}([-/])\p{Nd}{1,2}\1\p{Nd}{1,2}\s[^<>]*<[^<>@\s]+@[^<>@\s]+>$/u.test(line)
  );
}

/** A line with a name and an address, as Lotus Notes has it above one with the date. */
function isNameAlone(line: string): boolean {
  return line.length <= 200 && /^[^:]*<[^<>@\s]+@[^<>@\s]+>$/.test(line);
}

function isDateAlone(line: string): boolean {
  const { address, date, time } = evidenceOf(line);
  return line.length <= 60 && date && time && !address;
}

function nextWords(lines: readonly string[], from: number): number | undefined {
  for (let index = from; index < Math.min(from + 4, lines.length); index += 1)
    if (lines[index] !== '') return index;
  return undefined;
}

/** Whether a bracket closes that was not opened: the text begins in the line above. */
function hasOpenEnd(text: string): boolean {
  return text.split('>').length > text.split('<').length;
}

/** The end of an address that was broken before its bracket, and no quotation. */
function closesBracket(line: string): boolean {
  return /^>\s*(?:\p{L}[\p{L}\p{M}'’() ]{0,40})?[:：]$/u.test(line);
}

function standsAlone(lines: readonly string[], start: number): boolean {
  return start === 0 || lines[start - 1] === '';
}

function isShort(text: string): boolean {
  return text.length <= 160 && !/[.!?]$/.test(text);
}
