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
  /** The values of every field of a name, in the order of the mail. */
  values(name: string): readonly string[];
}

/**
 * Reads the header section at the beginning of `bytes`.
 *
 * Every field is kept, also those that stand twice. A lone CR or LF ends a line like CRLF does, so that a field
 * that some other reader would see is seen here too; a line that is no field is passed over.
 */
export function readHeaderFields(bytes: Buffer): HeaderFields {
  const lines = bytes.toString('utf8').split(/\r\n|\n|\r/);
  const end = lines.indexOf('');
  const all: { name: string; value: string }[] = [];
  for (const line of end === -1 ? lines : lines.slice(0, end)) {
    const last = all.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last) last.value += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    all.push({ name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() });
  }
  return {
    all,
    // Without a header section the mail begins with the empty line.
    complete: end !== -1 && end < lines.length - 1,
    values: (name) => all.filter((field) => field.name === name).map((field) => field.value),
  };
}
