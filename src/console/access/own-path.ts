const longestPath = 2_000;

/**
 * The path of a page of ours as somebody asked for it, with its query, or undefined where it leads anywhere else: to
 * another host (`//host`, a backslash, a whole URL), or to the sign-in itself.
 */
export function ownPath(asked: string): string | undefined {
  if (asked.length > longestPath || !/^\/[\x21-\x7e]*$/.test(asked)) return undefined;
  const here = 'http://localhost';
  if (!URL.canParse(asked, here)) return undefined;
  // As a browser reads it: `/..//host` is `//host` then.
  const { origin, pathname, search } = new URL(asked, here);
  if (origin !== here || pathname.startsWith('//') || /^\/sign-(in|out)(\/|$)/.test(pathname))
    return undefined;
  return pathname + search;
}
