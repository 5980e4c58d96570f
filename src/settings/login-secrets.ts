/** What is secret in the login of a URL: its password, as it is written and as it is meant, and as a header field has it. */
export function loginSecrets(url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { username, password } = new URL(url);
  // Alone, it is a token.
  const secret = password === '' ? username : password;
  if (secret === '') return [];
  const login = `${decoded(username)}:${decoded(password)}`;
  return [secret, decoded(secret), Buffer.from(login).toString('base64')];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
