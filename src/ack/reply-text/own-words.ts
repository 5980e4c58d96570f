import { attributionAt, isQuotedAttribution } from './attribution.js';
import { isHeaderBlock } from './header-block.js';
import { separatorOf } from './separator.js';
import { isClientSignature } from './signature.js';

// What a line is, is told by its shape and its place:
//
// 1. The head of another mail, or a separator with words in it, ends what is read: below stands the other mail.
// 2. An attribution ("On …, … wrote:") goes; with marked quotation below it, that goes as well. Without, and with words
//    above it, it ends what is read.
// 3. A signature goes, up to the next quotation.
// 4. Quotation without an attribution goes where it stands last. Above or between words it is a person's own choice.

const mostCharacters = 262_144;
const mostLines = 5_000;
const longestLine = 2_000;
/** Words below a quotation, with words above it: more than that is no footer. */
const longestFooter = 6;

type Kind = 'words' | 'blank' | 'quote' | 'attribution';
interface Line {
  readonly kind: Kind;
  readonly text: string;
}

/**
 * The person's own words in the text of a reply: without quotation, the heads of other mails and signature. Takes time
 * that grows with the length of the text, and reads at most 5,000 lines.
 */
export function ownWords(text: string): string {
  const lines = classified(withoutArmor(bounded(text)));
  const attributed = lines.findIndex((line) => line.kind === 'attribution');
  const kept = attributed === -1 ? withoutLastQuote(lines) : aroundQuotes(lines, attributed);
  return kept
    .map((line) => line.text)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+/, '')
    .trimEnd();
}

/** What each line is, until the other mail begins. */
function classified(texts: readonly string[]): readonly Line[] {
  const views = texts.map(seen);
  const fenced = fences(views);
  const isQuote = (index: number) => /^(?:>|\|(?: |$))/.test(views[index] ?? '');
  const attributions = new Map<number, { end: number; quoted: boolean }>();
  for (const [last] of views.entries()) {
    if (fenced[last]) continue;
    const found = attributionAt(views, last, isQuote);
    if (found && !attributions.has(found.start)) attributions.set(found.start, found);
  }

  const lines: Line[] = [];
  let signed: 'no' | 'paragraph' | 'block' = 'no';
  let hasWords = false;
  let attributed = false;
  for (let index = 0; index < views.length; index += 1) {
    const view = views[index] ?? '';
    const text = texts[index] ?? '';
    const push = (kind: Kind) =>
      lines.push({ kind, text: kind === 'words' ? text : kind === 'attribution' ? '' : view });
    if (fenced[index]) {
      push('words');
      hasWords = true;
      continue;
    }
    const separator = separatorOf(view);
    if (separator === 'original' || beginsOtherMail(views, index)) return withoutAnnouncement(lines);
    const attribution = attributions.get(index);
    if (attribution) {
      if (!attribution.quoted && hasWords) return lines;
      for (; index < attribution.end; index += 1) lines.push({ kind: 'attribution', text: '' });
      index -= 1;
      attributed = true;
      signed = 'no';
    } else if (view === '') {
      if (signed === 'paragraph') signed = 'no';
      push('blank');
    } else if (view.startsWith('>') && !isQuote(index - 1) && isQuotedAttribution(views, index)) {
      signed = 'no';
      push('attribution');
    } else if (view.startsWith('>') || (isQuote(index) && attributed)) {
      signed = 'no';
      push('quote');
    } else if (separator === 'signature' || (separator === 'rule' && hasWords)) signed = 'block';
    else if (signed === 'no' && isClientSignature(view)) signed = 'paragraph';
    else if (signed === 'no' && separator === undefined && !/^\[(?:cid|image):[^\]]*\]$/.test(view)) {
      push('words');
      hasWords = true;
    }
  }
  return lines;
}

/** Whether the head of another mail begins at a line. */
function beginsOtherMail(views: readonly string[], index: number): boolean {
  const above = views[index - 1] ?? '';
  const isRule = (view = '') => separatorOf(view) === 'rule';
  if (isRule(above) || (above === '' && isRule(views[index - 2])))
    return isHeaderBlock(views, index, 'separator');
  return isHeaderBlock(views, index, above === '' || /[:：]$/.test(above) ? 'blank' : 'words');
}

/** A line such as "Begin forwarded message:" above the head of that mail, where words stand above it. */
function withoutAnnouncement(lines: readonly Line[]): readonly Line[] {
  const last = lines.findLastIndex(({ kind }) => kind !== 'blank');
  const { kind, text } = lines[last] ?? { kind: 'blank', text: '' };
  const isAlone = last > 0 && lines[last - 1]?.kind === 'blank';
  const announces = kind === 'words' && /[:：]$/.test(text) && text.length <= 60 && (isAlone || last === 0);
  const isFirst = !lines.slice(0, Math.max(0, last)).some((line) => line.kind === 'words');
  return announces && (!isFirst || /forward|weitergeleitet|transf|reenvia|inoltrat|doorgestuurd/i.test(text))
    ? lines.slice(0, last)
    : lines;
}

function withoutLastQuote(lines: readonly Line[]): readonly Line[] {
  const last = lines.findLastIndex(({ kind }) => kind === 'words');
  return last === -1 ? lines : lines.slice(0, last + 1);
}

/** The words above the first attribution, or what stands below its quotation; both, where both are many. */
function aroundQuotes(lines: readonly Line[], attributed: number): readonly Line[] {
  const above = withoutLastQuote(lines.slice(0, attributed));
  const below = lines.slice(attributed).filter(({ kind }) => kind === 'words' || kind === 'blank');
  if (!above.some(({ kind }) => kind === 'words')) return below;
  const many = below.filter(({ kind }) => kind === 'words').length > longestFooter;
  return many ? [...above, ...below] : above;
}

/** Which lines stand in a fence of three backticks, with the fence itself; one that is not closed is none. */
function fences(views: readonly string[]): readonly boolean[] {
  const marks = [...views.keys()].filter((index) => views[index]?.startsWith('```'));
  const inside = views.map(() => false);
  for (let mark = 0; mark + 1 < marks.length; mark += 2)
    inside.fill(true, marks[mark], (marks[mark + 1] ?? 0) + 1);
  return inside;
}

/** The line as it is seen: without white space around it and marks that turn the direction of text. */
function seen(text: string): string {
  return text.replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '').trim();
}

/** Without the armor of a signed text (RFC 9580 section 7). */
function withoutArmor(lines: readonly string[]): readonly string[] {
  const begin = lines.findIndex((line) => /^-----BEGIN PGP (?:SIGNED )?MESSAGE-----/.test(line));
  if (begin === -1) return lines;
  const from = lines.indexOf('', begin) + 1;
  if (!lines[begin]?.includes('SIGNED') || from === 0) return lines.slice(0, begin);
  const end = lines.findIndex((line, index) => index > from && line.startsWith('-----BEGIN PGP SIGNATURE'));
  const text = lines.slice(from, end === -1 ? undefined : end);
  return [...lines.slice(0, begin), ...text.map((line) => line.replace(/^- /, ''))];
}

/** The lines of the text, as many and as long as they may be. */
function bounded(text: string): readonly string[] {
  return text
    .slice(0, mostCharacters)
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .split('\n', mostLines)
    .map((line) =>
      line
        .slice(0, longestLine)
        .replace(/[\u00a0\t]/g, ' ')
        .trimEnd(),
    );
}
