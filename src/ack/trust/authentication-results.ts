/** What one method found out (RFC 8601 section 2.2): `dkim=pass header.d=example.com`. */
export interface MethodResult {
  /** In lower case, without its version: `dkim`. */
  readonly method: string;
  /** In lower case: `pass`. */
  readonly result: string;
  /** The value of a property such as `header.d` in lower case; undefined where it is missing, or stands twice with another value. */
  property(name: string): string | undefined;
}

/** One `Authentication-Results` field, taken apart. */
export interface AuthenticationResults {
  /** Who says so, in lower case; absent where the field begins with its first result, as those of Exchange Online do. */
  readonly authservId?: string;
  readonly results: readonly MethodResult[];
}

const longestValue = 20_000;
const mostResults = 100;

/**
 * Takes the value of an `Authentication-Results` field apart (RFC 8601 section 2.2): quoted strings, comments in one
 * another, white space anywhere, and the form of Exchange Online, which has no authserv-id.
 *
 * Undefined for what does not keep to the grammar, such as an open quotation, or is of another version than 1: such a
 * field says nothing.
 */
export function readAuthenticationResults(value: string): AuthenticationResults | undefined {
  const tokens = value.length > longestValue ? undefined : tokensOf(value);
  if (!tokens) return undefined;
  const [first = [], ...others] = segmentsOf(tokens);
  const isResult = first.some(({ kind }) => kind === '=');
  const head = isResult ? {} : headOf(first);
  const segments = (isResult ? [first, ...others] : others).filter(({ length }) => length > 0);
  if (!head || segments.length > mostResults) return undefined;
  const results: MethodResult[] = [];
  for (const segment of segments) {
    if (segment.length === 1 && segment[0]?.text.toLowerCase() === 'none') continue;
    const result = resultOf(segment);
    if (!result) return undefined;
    results.push(result);
  }
  return { ...head, results };
}

interface Token {
  readonly kind: 'text' | '=' | ';';
  readonly text: string;
  /** White space or a comment stands before it. */
  readonly spaced: boolean;
}

const escaped = /\\([\s\S])/g;
const tokenPattern = /(\s+)|"((?:[^"\\]|\\[\s\S])*)"|([=;])|([^\s"()=;\\]+)/y;

function tokensOf(value: string): Token[] | undefined {
  const tokens: Token[] = [];
  let spaced = true;
  for (let at = 0; at < value.length; ) {
    if (value[at] === '(') {
      const end = endOfComment(value, at);
      if (end === undefined) return undefined;
      at = end;
      spaced = true;
      continue;
    }
    tokenPattern.lastIndex = at;
    const [whole, space, quoted, mark, text] = tokenPattern.exec(value) ?? [];
    if (!whole) return undefined;
    at += whole.length;
    if (space === undefined)
      tokens.push({
        kind: mark === '=' || mark === ';' ? mark : 'text',
        text: quoted?.replace(escaped, '$1') ?? text ?? '',
        spaced,
      });
    spaced = space !== undefined;
  }
  return tokens;
}

/**
 * Where a comment ends that begins at `start` (RFC 5322 section 3.2.2); undefined where it does not, and for one with a
 * quotation: some servers write there what the sender gave as its address, and only that needs quotes.
 */
function endOfComment(value: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < value.length; at += 1) {
    const character = value[at];
    if (character === '"') return undefined;
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function segmentsOf(tokens: readonly Token[]): Token[][] {
  const segments: Token[][] = [[]];
  for (const token of tokens)
    if (token.kind === ';') segments.push([]);
    else segments.at(-1)?.push(token);
  return segments;
}

/** The authserv-id and the version of the field; undefined where the version is none that we know. */
function headOf(segment: readonly Token[]): { authservId: string } | undefined {
  const [id, version, ...more] = words(segment);
  return id === undefined || id === '' || more.length > 0 || (version !== undefined && version !== '1')
    ? undefined
    : { authservId: id.toLowerCase() };
}

/** Texts with nothing between them are one word. */
function words(tokens: readonly Token[]): string[] {
  const found: string[] = [];
  for (const { text, spaced } of tokens)
    if (spaced || found.length === 0) found.push(text);
    else found.push(`${found.pop() ?? ''}${text}`);
  return found;
}

function resultOf(segment: readonly Token[]): MethodResult | undefined {
  const pairs: { name: string; value: string }[] = [];
  for (let at = 0; at < segment.length; ) {
    let name = '';
    for (; at < segment.length && segment[at]?.kind === 'text'; at += 1) {
      const { text = '', spaced } = segment[at] ?? {};
      // `header . d` and `dkim / 1` are one name each; otherwise two words are no name.
      if (name !== '' && spaced && !/[./]$/.test(name) && !/^[./]/.test(text)) return undefined;
      name += text;
    }
    if (name === '' || segment[at]?.kind !== '=') return undefined;
    at += 1;
    const start = at;
    let value = '';
    for (; at < segment.length && (at === start || !segment[at]?.spaced); at += 1)
      value += segment[at]?.kind === '=' ? '=' : (segment[at]?.text ?? '');
    if (at === start) return undefined;
    pairs.push({ name: name.toLowerCase(), value });
  }
  const [verdict, ...properties] = pairs;
  if (!verdict) return undefined;
  return {
    method: verdict.name.replace(/\/\d+$/, ''),
    result: verdict.value.toLowerCase(),
    property(name) {
      const values = new Set(
        properties.filter((each) => each.name === name).map((each) => each.value.toLowerCase()),
      );
      return values.size === 1 ? [...values][0] : undefined;
    },
  };
}
