import type { ComposedMail } from '../../core/mail.js';

/**
 * Some alerts of a mail, for people who have it before them: `it`, `all 12 alerts of that mail`, `number 2 of that mail`,
 * `numbers 2, 5 and 7-9 of that mail`.
 */
export function alertsOf(ids: readonly string[], mail: Pick<ComposedMail, 'alertIds'>): string {
  const { length } = mail.alertIds;
  if (length === 1) return 'it';
  const given = new Set(ids);
  if (given.size === length) return `all ${length} alerts of that mail`;
  const ranges: { from: number; to: number }[] = [];
  for (const [index, id] of mail.alertIds.entries()) {
    if (!given.has(id)) continue;
    const last = ranges.at(-1);
    if (last?.to === index) last.to += 1;
    else ranges.push({ from: index + 1, to: index + 1 });
  }
  const texts = ranges.flatMap(({ from, to }) =>
    to - from > 1 ? [`${from}-${to}`] : to > from ? [`${from}`, `${to}`] : [`${from}`],
  );
  const end = texts.pop() ?? '';
  const numbers = texts.length > 0 ? `${texts.join(', ')} and ${end}` : end;
  return `${given.size > 1 ? 'numbers' : 'number'} ${numbers} of that mail`;
}
