const mark = '[redacted]';

const patterns: readonly (readonly [RegExp, string])[] = [
  // JSON Web Tokens, whole or cut.
  [/\beyJ[\w-]{8,}(\.[\w-]*){0,4}/g, mark],
  [/\b(Bearer|Basic|XOAUTH2|OAUTHBEARER)(\s+)[\w+/=.~-]{8,}/gi, `$1$2${mark}`],
  [
    /(?:\b|(?<=%[0-9A-F]{2}))(access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|code|state|password|passwd|secret|token)(=|%3D)[^&\s"'\\]+/gi,
    `$1$2${mark}`,
  ],
  [
    /("(?:access_?token|refresh_?token|id_?token|client_?secret|code_?verifier|password|passwd|secret|token|authorization|cookie)\\?"\s*:\s*\\?")[^"\\]+/gi,
    `$1${mark}`,
  ],
  // The user information of a URL.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi, `$1${mark}@`],
];

/** Text with what looks like a token, a code or a password taken out: the last net before log and screen. */
export function redact(text: string): string {
  return patterns.reduce((done, [pattern, replacement]) => done.replace(pattern, replacement), text);
}
