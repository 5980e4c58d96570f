const wellFormed = /^[a-z0-9_-][a-z0-9._-]{0,199}$/;

/**
 * Throws a `RangeError` unless a name is 1 to 200 characters of `[a-z0-9._-]` and does not begin with a dot.
 *
 * Such a name is one path segment on every file system, so no name leads out of its folder.
 */
export function checkName(name: string): void {
  if (!wellFormed.test(name))
    throw new RangeError('A name in the store is 1 to 200 of a-z 0-9 . _ - and does not begin with a dot.');
}
