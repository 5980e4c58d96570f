/** Control characters, but for tab and line feed; bidirectional controls that make text lie; half surrogates. */
const harmful =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;
const isPrintableAscii = /^[\x20-\x7e]*$/;
/** Each character is one grapheme; finding that out is most of what a long text costs. */
const isPlainAscii = /^[\t\n\x20-\x7e]*$/;
const ellipsis = '…';
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * What a monitor or a person wrote, harmless in a body: no controls but line feeds and tabs, line ends as
 * line feeds, at most `limit` characters as a person counts them; what was cut ends in an ellipsis.
 */
export function plainText(text: string, limit: number): string {
  if (text.length <= limit && isPrintableAscii.test(text)) return text.trim();
  // Nothing behind this can be shown, so nothing there is looked at: texts may have megabytes.
  const near = text.slice(0, limit * 8 + 8);
  const clean = near
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(harmful, '')
    .trim();
  return cut(clean, limit, near.length < text.length);
}

/** The same on one line: every run of white space is one space. */
export function plainLine(text: string, limit: number): string {
  if (text.length <= limit && isPrintableAscii.test(text)) return text.replace(/ {2,}/g, ' ').trim();
  return plainText(text.slice(0, limit * 8 + 8).replace(/\s+/g, ' '), limit);
}

/**
 * At most `limit` graphemes, the last one an ellipsis when something is missing. One of many code units (a family of
 * emoji, a letter under a heap of accents) counts for several, or a short text would be a large mail.
 */
function cut(text: string, limit: number, isCut: boolean): string {
  if (!isCut && text.length <= limit) return text;
  if (isPlainAscii.test(text)) return `${text.slice(0, limit - 1).trimEnd()}${ellipsis}`;
  let count = 0;
  let end = 0;
  let lastKept = 0;
  for (const { index, segment } of segmenter.segment(text)) {
    // One grapheme may be thousands of combining marks.
    if (segment.length > 32) return `${text.slice(0, index)}${ellipsis}`;
    count += Math.ceil(segment.length / 4);
    end = index + segment.length;
    if (count < limit) lastKept = end;
    if (count > limit) return `${text.slice(0, lastKept).trimEnd()}${ellipsis}`;
  }
  return isCut ? `${text.slice(0, count >= limit ? lastKept : end).trimEnd()}${ellipsis}` : text;
}
