const longest = 2_000;
// Below that, a secret is no secret, and its letters are those of words.
const shortestSecret = 4;

/**
 * Makes one line for people out of foreign text: no control or direction characters, at most 200 characters, and nothing
 * that is one of `secrets` or looks like a token.
 */
export function plainText(text: string, secrets: readonly string[] = []): string {
  // What is cut off in the middle of a word could be half a secret.
  let line = text.length > longest ? text.slice(0, longest).replace(/\S{0,400}$/, '') : text;
  for (const secret of secrets.filter((each) => each.length >= shortestSecret))
    for (const form of [secret, encodeURIComponent(secret)]) line = line.replaceAll(form, '…');
  return (
    line
      .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
      // Long and with a digit: a token, and not the name of a scope.
      .replace(/(?=[A-Za-z0-9+/_=.~-]*\d)[A-Za-z0-9+/_=.~-]{24,}/g, '…')
      .replace(/ {2,}/g, ' ')
      .trim()
      .slice(0, 200)
  );
}
