import { decodeText } from './decode-text.js';
import { htmlText } from './html-text.js';
import type { MailPart } from './mail-parts.js';
import { unflow } from './unflow.js';

/** The parser of HTML looks through all open elements at every end of one. */
const longestHtml = 131_072;
const longestText = 1_048_576;

/** The text of a part as a person sees it, lines ending in LF; empty for a part that is neither plain text nor HTML. */
export function partText({ type, charset, flowed, bytes }: MailPart): string {
  const text = () => decodeText(bytes.subarray(0, longestText), charset).replace(/\r\n?/g, '\n');
  if (type === 'text/html') return htmlText(text().slice(0, longestHtml));
  if (type !== 'text/plain') return '';
  return flowed ? unflow(text(), flowed.delSp) : text();
}
