const mark = '[redacted]';

/** Names of what nobody may see, in every spelling that is in use: clientSecret, client_secret, client-secret. */
const names = [
  'access_?token',
  'refresh_?token',
  'id_?token',
  'client_?secret',
  'client_?assertion',
  'code_?verifier',
  'device_?code',
  'verifier',
  'password',
  'passwd',
  'passphrase',
  'pass',
  'secret',
  'token',
  'api_?key',
  'x_api_key',
  'private_?key',
  '(?:proxy_?)?authorization',
  '(?:set_?)?cookie',
]
  .join('|')
  .replaceAll('_', '[_-]');

// Whatever may repeat has a bound, so that no text makes this slow.
const patterns: readonly (readonly [RegExp, string])[] = [
  // A key in PEM, whole or cut.
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----END)[\s\S])*(?:-----END [A-Z ]{0,40}KEY-----)?/g, mark],
  // JSON Web Tokens, whole or cut.
  [/\beyJ[\w-]{8,}(\.[\w-]*){0,4}/g, mark],
  // Tokens and secrets of Google, Microsoft and Slack by how they begin.
  [/\b(?:ya29\.|1\/\/0|GOCSPX-|xox[abeoprs]-)[\w.~/-]{8,}/g, mark],
  [/\b(?:M\.C\d{1,4}_|[01]\.A[A-Za-z0-9_-]{3})[\w.!*$~-]{40,}/g, mark],
  [/\b(hooks\.slack\.com\/[\w-]{1,40}\/)[\w/-]+/gi, `$1${mark}`],
  [/\b(Bearer|Basic|XOAUTH2|OAUTHBEARER)(\s{1,20})[\w+/=.~-]{8,}/gi, `$1$2${mark}`],
  // In a form or a URL.
  [
    new RegExp(`(?:\\b|_|(?<=%[0-9A-F]{2}))(${names}|code|state)(=|%3D)(?:(?!%26)[^&\\s"'\\\\])+`, 'gi'),
    `$1$2${mark}`,
  ],
  // In JSON, also in a text within JSON; an escaped quote does not end the value.
  [
    new RegExp(`((\\\\{0,8})"(?:${names})\\2"\\s{0,20}:\\s{0,20}\\2")(?:(?!\\2")[\\s\\S]|(?<=\\\\)")*`, 'gi'),
    `$1${mark}`,
  ],
  // As Node prints objects, and in YAML and header fields: up to the end of a quoted value, or of the line. What has
  // a dot in front is the path of a setting, and what follows is what is wrong with it.
  [new RegExp(`((?<![\\w".])(?:${names})'?:\\s{0,20})'(?:[^'\\\\\\n]|\\\\.)*'`, 'gi'), `$1'${mark}'`],
  [
    new RegExp(`((?<![\\w".])(?:${names}):\\s{1,20})(?!['"[{]|\\[redacted)[^\\s,}][^\\n,}]*`, 'gi'),
    `$1${mark}`,
  ],
  // The login of a URL, also with an @ or a / in the password that should have been encoded, but no port.
  [
    /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?:[^\s/:@"']{0,300}:(?!\d{1,5}(?:[/?#\s"']|$))[^\s"']{0,300}|[^\s/:@"']{8,300})@/gi,
    `$1${mark}@`,
  ],
];

/** Text with what looks like a token, a code or a password taken out: the last net before log and screen. */
export function redact(text: string): string {
  return patterns.reduce((done, [pattern, replacement]) => done.replace(pattern, replacement), text);
}
