const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 30 * 86_400_000,
  y: 365 * 86_400_000,
};
const unit =
  '(?:s(?:ec(?:ond)?s?)?|mo(?:nths?)?|y(?:ears?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:(?:ee)?ks?)?)';
const count = '(?:\\d+(?:[.,]\\d+)?|(?:an?|one)(?=\\s))';
const whole = new RegExp(`^(?:for\\s+)?((?:${count}\\s*${unit}\\s*)+)(?![\\p{L}\\p{N}_])`, 'iu');
const each = new RegExp(`(${count})\\s*(${unit})`, 'giu');

/**
 * The duration that stands first, in milliseconds, and what stands behind it: `2h`, `1h30m`, `90 min`, `2 days`,
 * `1,5h`, `for an hour`; undefined when none does. A number too large to count with is `Infinity`.
 */
export function readDuration(
  text: string,
): { readonly durationMs: number; readonly after: string } | undefined {
  // No duration is longer, and the pattern looks at white space more than once.
  const [all, list = ''] = whole.exec(text.slice(0, 500)) ?? [];
  if (all === undefined) return undefined;
  let durationMs = 0;
  for (const [, number = '', name = ''] of list.matchAll(each)) {
    const amount = /\d/.test(number) ? Number(number.replace(',', '.')) : 1;
    durationMs += amount * (unitMs[(/^(?:mo|.)/i.exec(name)?.[0] ?? '').toLowerCase()] ?? 0);
  }
  return { durationMs: Math.round(durationMs), after: text.slice(all.length) };
}
