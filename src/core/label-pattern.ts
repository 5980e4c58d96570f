/**
 * The regular expression that a text between slashes stands for, such as `/^db-/`; undefined where it is no such
 * text. It is anchored as it is written. Throws a SyntaxError when it is no regular expression.
 */
export function labelPattern(text: string): RegExp | undefined {
  const source = /^\/(.+)\/$/s.exec(text)?.[1];
  return source === undefined ? undefined : new RegExp(source);
}
