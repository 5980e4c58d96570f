const word = String.raw`[^\s\x00-\x20\x7f-\x9f()<>[\]:;@\\,."]+`;

/**
 * What a mail address looks like here (RFC 5321 section 4.1.2, RFC 6531 for letters beyond ASCII): nothing quoted, no
 * control characters, and so nothing that could end a command or a header field.
 */
export const mailAddress = new RegExp(
  String.raw`^${word}(?:\.${word})*@(?:${word}(?:\.${word})*|\[[\d.]+\])$`,
);
