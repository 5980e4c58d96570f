import { readMailParts } from './mail-parts.js';
import { partText } from './part-text.js';

/** So many lines of a mail are repeated by no one who writes himself. */
const enoughLines = 3;

/**
 * Whether words begin with what a mail says: its reply was empty, and the client put the mail below without a mark.
 */
export async function repeatsMail(words: string, mail: string): Promise<boolean> {
  const lines = words
    .split('\n')
    .map(folded)
    .filter((line) => line !== '')
    .slice(0, enoughLines);
  if (lines.length < enoughLines) return false;
  const told = (await readMailParts(Buffer.from(mail))).map((part) => folded(partText(part))).join('\n');
  return lines.every((line) => told.includes(line));
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
