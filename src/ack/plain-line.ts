/**
 * What a person wrote, as one line that nothing can take for a command: no control characters and line breaks, no
 * characters that turn the direction of text, and a comma for each semicolon, which monitors take as the end of a
 * field. At most `maxLength` characters.
 */
export function plainLine(text: string, maxLength: number): string {
  const line = text
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(';', ',')
    .trim();
  if (line.length <= maxLength) return line;
  // A cut in the middle of a surrogate pair would leave half a character.
  return `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
