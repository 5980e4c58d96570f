const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * The milliseconds of a duration such as `30s`, `15m`, `4h`, `1h30m`, `2d`, `1w`; undefined when it is none.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+[smhdw])+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g))
    totalMs += Number(count) * (unitMs[unit ?? ''] ?? 0);
  return Number.isSafeInteger(totalMs) ? totalMs : undefined;
}

/** A duration in words of two units at most: `2 h 5 min`, `3 d`, `40 s`. */
export function formatDuration(durationMs: number): string {
  const parts: string[] = [];
  let leftMs = Math.max(0, Math.round(durationMs / 1_000) * 1_000);
  for (const [unit, name] of [
    ['d', 'd'],
    ['h', 'h'],
    ['m', 'min'],
    ['s', 's'],
  ] as const) {
    const sizeMs = unitMs[unit] ?? 1;
    const count = Math.floor(leftMs / sizeMs);
    if (count > 0) parts.push(`${count} ${name}`);
    leftMs -= count * sizeMs;
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}
