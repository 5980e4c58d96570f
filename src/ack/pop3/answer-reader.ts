/** What a server says to one command (RFC 1939 section 3). */
export interface Answer {
  /** `+`: it wants more of an AUTH (RFC 5034 section 4). */
  readonly status: '+OK' | '-ERR' | '+';
  /** What stands behind the status. */
  readonly text: string;
  /** The lines of a multi-line answer, without the dots that were put before them: all ends are CRLF. */
  readonly body: Buffer;
  /** Whether there was more of it than was to be kept. */
  readonly isCut: boolean;
}

/** What the next answer is to look like. */
export interface ExpectedAnswer {
  /** Lines follow a `+OK`, up to one with a dot alone. */
  readonly isMultiline: boolean;
  /** How many bytes of them are kept; what is beyond is read and forgotten. */
  readonly keep: number;
  /** What is kept will do, also when the rest never comes. */
  readonly isEnough?: boolean;
}

/** Takes one answer out of what a server sends. */
export interface AnswerReader {
  /** Takes the next bytes; once the answer is whole, gives it with what stands behind it. Throws on what is no answer. */
  push(chunk: Buffer): { readonly answer: Answer; readonly rest: Buffer } | undefined;
  /** The answer without its end, where that will do. */
  cut(): Answer | undefined;
}

const crlf = Buffer.from('\r\n');
const terminator = Buffer.from('\r\n.\r\n');
const dot = '.'.charCodeAt(0);
/** RFC 2449 section 4 says 512; a challenge may be longer. */
const longestStatus = 8_192;
/** Hardly a mail is larger; of one that is, what is kept will do, and anything else is a server that never ends. */
const mostBytes = 40 * 1_048_576;

/** Makes a reader of one answer. A line ends with CRLF and nothing else: a lone LF is a part of the mail. */
export function createAnswerReader({ isMultiline, keep, isEnough }: ExpectedAnswer): AnswerReader {
  let status: Pick<Answer, 'status' | 'text'> | undefined;
  /** What is not told apart yet: a line that has no end, or what may be the beginning of the terminator. */
  let left: Buffer = Buffer.alloc(0);
  /** How much of it belongs to no body: the end of the status line, which may begin the terminator. */
  let ahead = 0;
  let kept: Buffer = Buffer.alloc(0);
  let keptLength = 0;
  let length = 0;

  const hold = (bytes: Buffer) => {
    length += bytes.length;
    if (length > mostBytes) throw new Error('an answer of the server has no end');
    const more = Math.min(bytes.length, keep - keptLength);
    // A server may send byte by byte, and each piece would take as much memory as a hundred.
    if (keptLength + more > kept.length)
      kept = Buffer.concat([kept], Math.min(keep, Math.max(2 * kept.length, keptLength + more)));
    bytes.copy(kept, keptLength, 0, more);
    keptLength += more;
  };
  const read = (given: Pick<Answer, 'status' | 'text'>, isCut = length > keptLength): Answer => ({
    ...given,
    body: withoutDots(kept.subarray(0, keptLength)),
    isCut,
  });

  return {
    push(chunk) {
      left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
      if (!status) {
        const end = left.indexOf(crlf);
        if ((end === -1 ? left.length : end) > longestStatus)
          throw new Error('a line of the server has no end');
        if (end === -1) return undefined;
        status = readStatus(left.subarray(0, end).toString());
        if (!isMultiline || status.status !== '+OK')
          return { answer: read(status), rest: left.subarray(end + crlf.length) };
        left = left.subarray(end);
        ahead = crlf.length;
      }
      const end = left.indexOf(terminator);
      const upTo = end === -1 ? Math.max(0, left.length - terminator.length + 1) : end + crlf.length;
      hold(left.subarray(Math.min(ahead, upTo), upTo));
      ahead = Math.max(0, ahead - upTo);
      if (end !== -1) return { answer: read(status), rest: left.subarray(end + terminator.length) };
      left = left.subarray(upTo);
      return undefined;
    },
    cut: () => (isEnough && status && keptLength === keep ? read(status, true) : undefined),
  };
}

function readStatus(line: string): Pick<Answer, 'status' | 'text'> {
  const [, word, text = ''] = /^(\+OK|-ERR|\+)(?: (.*))?$/s.exec(line) ?? [];
  if (word !== '+OK' && word !== '-ERR' && word !== '+')
    throw new Error(`the server says what is no POP3: ${line.replace(/[^ -~]/g, '?').slice(0, 100)}`);
  return { status: word, text };
}

/** Byte-stuffing taken back (RFC 1939 section 3). A terminator that was held back in part is not among the bytes. */
function withoutDots(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  let from = 0;
  while (from < bytes.length) {
    if (bytes[from] === dot) from += 1;
    const end = bytes.indexOf(crlf, from);
    const next = end === -1 ? bytes.length : end + crlf.length;
    to += bytes.copy(out, to, from, next);
    from = next;
  }
  return out.subarray(0, to);
}
