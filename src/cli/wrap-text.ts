/**
 * Breaks long lines between words, so that none is wider than `width` columns unless a single word is. What a line
 * begins with (blanks) begins the others that are made of it, too; lines that begin with two blanks are left as they
 * are where `keepIndented` says so, so that they can be copied.
 */
export function wrapText(text: string, width: number, { keepIndented = false } = {}): string {
  return text
    .split('\n')
    .flatMap((line) => (keepIndented && line.startsWith('  ') ? [line] : wrapLine(line, width)))
    .join('\n');
}

/** Colours take no room. */
function widthOf(text: string): number {
  return [...text.replace(/\u001b\[\d+m/g, '')].length;
}

function wrapLine(line: string, width: number): readonly string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(/ +/)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && indent.length + widthOf(longer) > width) {
      lines.push(indent + current);
      current = word;
    } else current = longer;
  }
  return [...lines, indent + current];
}
