/** Outlook takes no longer link; others take less than a browser does. */
const longest = 2_000;

/**
 * The `mailto:` (RFC 6068) of a button that acknowledges: pressed, it shows a new mail to `replyTo` that says `words`,
 * and the person sends it. Undefined without an address to reply to, and for one too long for a link.
 *
 * A mail that begins so names no mail that it answers: the reference is in the subaddress of `replyTo`, and in the
 * subject's `tag`. Everything but letters and digits is percent-encoded, the plus sign too, which some clients would
 * take for a space.
 */
export function acknowledgeLink(mail: {
  readonly replyTo: string | undefined;
  /** The subject of the mail that it answers, without its tag. */
  readonly subject: string;
  readonly tag: string | undefined;
  readonly words: string;
}): string | undefined {
  const { replyTo, subject, tag, words } = mail;
  if (replyTo === undefined) return undefined;
  const at = replyTo.lastIndexOf('@');
  const to = `${encoded(replyTo.slice(0, at))}@${encoded(replyTo.slice(at + 1))}`;
  const end = tag === undefined ? '' : ` [${tag}]`;
  const link = (text: string) =>
    `mailto:${to}?subject=${encoded(`Re: ${text}${end}`)}&body=${encoded(words)}`;
  return [link(subject), link('')].find(({ length }) => length <= longest);
}

/** Percent-encoded UTF-8, line ends as CRLF (RFC 6068 section 5); half characters, which have no code, are left out. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '').replace(/\r\n?|\n/g, '\r\n')).replace(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
