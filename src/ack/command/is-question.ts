/**
 * Whether words end in a question mark, of any script. A greeting or a name below the last sentence is not what the
 * words end in.
 */
export function isQuestion(words: string): boolean {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  while (lines.length > 1 && isSignOff(lines.at(-1) ?? '')) lines.pop();
  return /[?？؟\u037e][!?？.…\s"'”’»)\]]*$/u.test((lines.at(-1) ?? '').slice(-100));
}

function isSignOff(line: string): boolean {
  const text = line.trim();
  return (
    /^(thanks|thank you|thx|cheers|regards|best|kind|br|mfg|vg|lg|danke|gru(ß|ss)|grüße|viele|merci|cordialement|gracias|saludos|grazie|saluti|obrigad[oa]|mvh|tack|hilsen)(?!\p{L})[^?]{0,40}$/iu.test(
      text,
    ) || /^[-–—]?\s*\p{Lu}[\p{L}'’-]*(\s\p{Lu}[\p{L}'’-]*){0,2},?$/u.test(text)
  );
}
