/**
 * Joins the soft line breaks of `format=flowed` text (RFC 3676 section 4): a line that ends in a space goes on in the
 * next one of the same quote depth. With `delSp` that space is no part of the text.
 */
export function unflow(text: string, delSp: boolean): string {
  const joined: { depth: number; words: string[]; flows: boolean }[] = [];
  for (const line of text.split('\n')) {
    const [marks = ''] = /^>*/.exec(line) ?? [];
    const words = line.slice(marks.length).replace(/^ /, '');
    // The line above a signature never flows (section 4.3).
    const flows = words.endsWith(' ') && words !== '-- ';
    const kept = flows && delSp ? words.slice(0, -1) : words;
    const last = joined.at(-1);
    if (last?.flows && last.depth === marks.length && words !== '-- ') {
      last.words.push(kept);
      last.flows = flows;
    } else joined.push({ depth: marks.length, words: [kept], flows });
  }
  return joined
    .map(({ depth, words }) => `${depth > 0 ? `${'>'.repeat(depth)} ` : ''}${words.join('')}`)
    .join('\n');
}
