/** Names of charsets that are in use and that the standard for the web does not know. */
const otherNames: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
};
/** Labels that software puts on text of any charset. */
const emptyLabels =
  /^(utf-?8|us-ascii|ascii|ansi_x3\.4-1968|iso-?8859-1|latin-?1|windows-1252|unknown-8bit|x-unknown|binary|8bit)$/;

/**
 * The text of bytes in a charset of the world. A label that is missing, unknown or does not fit is not believed: what
 * is well-formed UTF-8 is UTF-8, the rest windows-1252, in which any bytes are text.
 */
export function decodeText(bytes: Buffer, label = ''): string {
  const name = label.trim().toLowerCase();
  const text = emptyLabels.test(name) ? undefined : decodedBy(otherNames[name] ?? name, bytes);
  if (text !== undefined) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(withoutHalf(bytes));
  } catch {
    // Node 20 decodes windows-1252 as ISO 8859-1, which has control characters where it has quotes and dashes.
    return bytes
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (byte) => windows1252[byte.charCodeAt(0) - 0x80] ?? byte);
  }
}

const windows1252 = Array.from('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');

function decodedBy(charset: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Without the half of a character that a cut may have left at the end. */
function withoutHalf(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (length > back) return bytes.subarray(0, -back);
    if (length > 0) break;
  }
  return bytes;
}
