/** The numbers that stand first, `all` for every one; and what stands behind them. */
export interface Numbers {
  readonly numbers: readonly number[] | 'all';
  readonly after: string;
}

const one = '#?\\d{1,4}';
const range = `${one}(?:\\s?[-–]\\s?${one})?`;
const list = new RegExp(
  `^(all|${range}(?:(?:\\s*[,;+&]\\s*|\\s+and\\s+)${range})*)(?![\\p{L}\\p{N}_]|,\\d)`,
  'iu',
);

/**
 * Reads numbers of alerts in a mail that has `alertCount`: `2`, `2,5`, `#2 and #5`, `3-7`, `all`; undefined when none
 * stand there.
 */
export function readNumbers(text: string, alertCount: number): Numbers | undefined {
  const [, found] = list.exec(text.slice(0, 4_000)) ?? [];
  if (found === undefined) return undefined;
  const after = text.slice(found.length);
  if (found.toLowerCase() === 'all') return { numbers: 'all', after };
  const numbers = found.split(/[,;+&]|and/i).flatMap((part) => {
    const [first = 0, last = first] = part
      .split(/[-–]/)
      .map((digits) => Number.parseInt(digits.replace(/\D/g, ''), 10));
    // What no mail can have is one number that is not there, and no list of thousands.
    if (last < first || last - first >= alertCount) return [first, last];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return { numbers: [...new Set(numbers)], after };
}
