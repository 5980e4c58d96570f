/** One header field: its name in lower case, its value unfolded (RFC 5322 section 2.2.3) and trimmed. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** The header section of a mail. */
export interface HeaderFields {
  readonly all: readonly HeaderField[];
  /** Whether the empty line that ends the section was there; if not, fields may be missing. */
  readonly complete: boolean;
  /** Whether all its lines end alike, so that no other reader sees other fields, or ends it elsewhere; no NUL either. */
  readonly plain: boolean;
  /** The values of every field of a name, in the order of the mail. */
  values(name: string): readonly string[];
}

/** The empty line behind the fields; without fields the mail begins with it. */
const emptyLine = /(?:^|\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))/;

/**
 * Reads the header section at the beginning of `bytes`.
 *
 * Every field is kept, also those that stand twice. A lone CR or LF ends a line like CRLF does, so that a field
 * that some other reader would see is seen here too; a line that is no field is passed over.
 */
export function readHeaderFields(bytes: Buffer): HeaderFields {
  const text = bytes.toString('utf8');
  const end = emptyLine.exec(text);
  const section = end ? text.slice(0, end.index + end[0].length) : text;
  const all: { name: string; value: string }[] = [];
  for (const line of section.split(/\r\n|\n|\r/)) {
    const last = all.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last) last.value += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    all.push({ name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() });
  }
  const endsInLf = /(?<!\r)\n/.test(section);
  return {
    all,
    complete: end !== null,
    plain: !/\r(?!\n)|\0/.test(section) && !(endsInLf && section.includes('\r\n')),
    values: (name) => all.filter((field) => field.name === name).map((field) => field.value),
  };
}
