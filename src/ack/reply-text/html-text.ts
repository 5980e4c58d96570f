import { Parser } from 'htmlparser2';

const unseen = new Set(['head', 'style', 'script', 'title', 'template', 'noscript', 'svg', 'select']);
const blocks = new Set(
  'address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header li main ol p pre section table tr ul'.split(
    ' ',
  ),
);
/** Elements that never have an end, so that nothing is inside them. */
const empty = new Set(['area', 'base', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'wbr']);
const deepestQuote = 8;

/**
 * The text of HTML as a mail client shows it: a line for each block, `> ` before each line of a `blockquote`, a line
 * of underscores for a rule, the words that stand for an image. What is hidden is left out.
 */
export function htmlText(html: string): string {
  const lines: string[] = [];
  /** The line so far, in pieces: put together at every piece it would cost the square of its length. */
  let line: string[] = [];
  let endsInSpace = true;
  let quoted = 0;
  let preformatted = 0;
  /** How many elements stand inside the hidden one, with itself; 0 when what comes is seen. */
  let hidden = 0;
  const mark = () => (quoted > 0 ? `${'>'.repeat(Math.min(quoted, deepestQuote))} ` : '');
  const add = (words: string) => {
    const text = endsInSpace && preformatted === 0 ? words.replace(/^ /, '') : words;
    if (text === '') return;
    line.push(text);
    endsInSpace = text.endsWith(' ');
  };
  const end = (always: boolean) => {
    const whole = line.join('');
    const text = preformatted > 0 ? whole : whole.trim();
    if (always || text.trim() !== '') lines.push(`${mark()}${text}`.trimEnd());
    line = [];
    endsInSpace = true;
  };
  const blankLine = () => {
    end(false);
    if (lines.length > 0 && lines.at(-1) !== '') lines.push(mark().trimEnd());
  };
  const parser = new Parser({
    onopentag(name, { style = '', alt = '', hidden: attribute }) {
      if (
        hidden > 0 ||
        unseen.has(name) ||
        attribute !== undefined ||
        /display\s*:\s*none/i.test(style.slice(0, 1_000))
      ) {
        if (!empty.has(name)) hidden += 1;
        return;
      }
      if (name === 'br') end(true);
      else if (name === 'hr') {
        end(false);
        lines.push(`${mark()}${'_'.repeat(30)}`);
      } else if (name === 'img' && alt.trim() !== '') add(` ${imageWords(alt)} `);
      else if (name === 'td' || name === 'th') add(' ');
      else if (blocks.has(name)) end(false);
      if (name === 'p' || name === 'blockquote') blankLine();
      if (name === 'blockquote') quoted += 1;
      if (name === 'pre') preformatted += 1;
    },
    ontext(text) {
      if (hidden > 0) return;
      if (preformatted > 0) {
        for (const [index, words] of text.split('\n').entries()) {
          if (index > 0) end(true);
          add(words);
        }
      } else add(text.replace(/[^\S\u00a0]+/g, ' '));
    },
    onclosetag(name) {
      if (hidden > 0) {
        if (!empty.has(name)) hidden -= 1;
        return;
      }
      if (blocks.has(name)) end(false);
      if (name === 'pre') preformatted = Math.max(0, preformatted - 1);
      if (name === 'blockquote') quoted = Math.max(0, quoted - 1);
      if (name === 'p' || name === 'blockquote') blankLine();
    },
  });
  parser.end(html);
  end(false);
  return lines.join('\n');
}

/** Pictures of emoji have the emoji as their words. */
function imageWords(alt: string): string {
  const words = alt.replace(/\s+/g, ' ').trim().slice(0, 100);
  return /^\p{Extended_Pictographic}/u.test(words) ? words : `[${words}]`;
}
