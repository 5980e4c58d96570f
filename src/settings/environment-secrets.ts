import { loginSecrets } from './login-secrets.js';

/** What the environment holds besides the settings that nobody may see: keys at rest, and the logins of proxies. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const keys = env['ACKMAIL_KEY']?.split(/\s+/) ?? [];
  const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].map((name) => env[name]);
  return [...keys, ...proxies.flatMap(loginSecrets)].filter((each) => each !== '');
}
