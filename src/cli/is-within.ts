import nodePath from 'node:path';

/**
 * Whether a path is a folder itself or lies within it; both are absolute. `path` is how the operating system writes
 * paths, that of this one unless told.
 */
export function isWithin(
  folder: string,
  path: string,
  { relative, isAbsolute }: Pick<typeof nodePath, 'relative' | 'isAbsolute'> = nodePath,
): boolean {
  const way = relative(folder, path);
  // From one drive of Windows to another there is none.
  return !isAbsolute(way) && !/^\.\.([/\\]|$)/.test(way);
}
