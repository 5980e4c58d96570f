const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * A bar of block characters, which every mail client, terminal and printer shows: `share` (0 to 1) of `length`
 * characters, to an eighth of one; what is more than nothing is at least an eighth.
 */
export function blockBar(share: number, length: number): string {
  if (!(share > 0)) return '';
  const count = Math.max(1, Math.round(Math.min(1, share) * length * 8));
  return '█'.repeat(Math.floor(count / 8)) + (eighths[count % 8] ?? '');
}
