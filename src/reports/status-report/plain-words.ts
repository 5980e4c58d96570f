const longest = 500;

/**
 * What anybody wrote, on one line and at most 500 characters: without control characters, without those that turn the
 * direction of what follows, and without half surrogates.
 */
export function plainWords(text: string): string {
  const line = text
    .slice(0, longest * 2)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Surrogate}]/gu, '')
    .trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
