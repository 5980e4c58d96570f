// These are about the sign-in itself, and providers do not tell them back.
const standard = ['openid', 'profile', 'email', 'offline_access'];

/** What was asked for beyond the standard scopes and not granted; nothing where the provider does not tell. */
export function missingScopes(asked: string, granted: string | undefined): readonly string[] {
  if (granted === undefined) return [];
  const given = new Set([...standard, ...granted.toLowerCase().split(/\s+/)]);
  return asked.split(/\s+/).filter((scope) => scope !== '' && !given.has(scope.toLowerCase()));
}
