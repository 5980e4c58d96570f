/** Whether a line stands below the last sentence: a greeting, or a name. */
export function isSignOff(line: string): boolean {
  const text = line.trim();
  return (
    /^(thanks|thank you|thx|cheers|regards|best|kind|br|mfg|vg|lg|danke|gru(ß|ss)|grüße|viele|merci|cordialement|gracias|saludos|grazie|saluti|obrigad[oa]|mvh|tack|hilsen)(?!\p{L})[^?]{0,40}$/iu.test(
      text,
    ) || /^[-–—]?\s*\p{Lu}[\p{L}'’-]*(\s\p{Lu}[\p{L}'’-]*){0,2},?$/u.test(text)
  );
}
