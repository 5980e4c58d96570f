/**
 * Makes one line for people out of foreign text: no control characters, at most 200 characters, and nothing
 * that is one of `secrets` or looks like a token.
 */
export function plainText(text: string, secrets: readonly string[] = []): string {
  let line = text;
  for (const secret of secrets.filter((each) => each !== ''))
    for (const form of [secret, encodeURIComponent(secret)]) line = line.replaceAll(form, '…');
  return (
    line
      .replace(/[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]+/g, ' ')
      // Long and with a digit: a token, and not the name of a scope.
      .replace(/(?=[A-Za-z0-9+/_=.~-]*\d)[A-Za-z0-9+/_=.~-]{24,}/g, '…')
      .replace(/ {2,}/g, ' ')
      .trim()
      .slice(0, 200)
  );
}
