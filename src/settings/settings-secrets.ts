import type { Settings } from '../core/settings.js';
import { loginSecrets } from './login-secrets.js';

/** Path segments and query values of a webhook's URL that are as long as this are secrets, and not names. */
const longSegment = 16;

/** Everything in the settings that nobody may see: secrets, and what URLs hold of them. */
export function settingsSecrets(settings: Settings): readonly string[] {
  const { accounts, actions, monitors, heartbeat, http, proxy } = settings;
  const found: (string | undefined)[] = [
    http.token,
    ...Object.values(http.users ?? {}),
    ...loginSecrets(proxy),
    ...inPath(heartbeat?.url),
    ...Object.values(accounts).flatMap(({ clientSecret, password }) => [clientSecret, password]),
    ...Object.values(monitors).flatMap(({ secret, password, token, url }) => [
      ...[secret, password, token],
      ...loginSecrets(url),
    ]),
  ];
  for (const action of actions)
    if (action.type === 'webhook') {
      const { secret, headers, url } = action;
      found.push(secret, ...loginSecrets(url), ...inPath(url));
      // `Bearer` is none; what follows it is.
      for (const value of Object.values(headers)) found.push(value, ...value.split(/\s+/).slice(1));
    }
  return found.filter((each) => each !== undefined && each !== '').map(String);
}

function inPath(url: string | undefined): readonly string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { pathname, searchParams } = new URL(url);
  return [...pathname.split('/'), ...searchParams.values()].filter(({ length }) => length >= longSegment);
}
