import type { Socket } from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { type Answer, createAnswerReader, type ExpectedAnswer } from './answer-reader.js';

/** The limits of a connection, in milliseconds. */
export interface Pop3Limits {
  /** From the name to TLS. */
  readonly connectMs: number;
  /** Silence where an answer is due. */
  readonly silenceMs: number;
  /** How long one answer takes at most, whatever the server says meanwhile. */
  readonly answerMs: number;
}

/** A connection to a POP3 server, by which commands are sent and answered in turn. */
export interface Pop3Connection {
  /** The greeting (RFC 1939 section 3), which nobody asks for. */
  readonly greeting: Promise<Answer>;
  /** Sends a line and waits for its answer; the next is sent before that only where the server is said to take it. */
  ask(line: string, expected?: Partial<ExpectedAnswer>): Promise<Answer>;
  /** Whether commands are sent ahead from now on (RFC 2449 section 6.6); not unless told. */
  pipeline(isOffered: boolean): void;
  /** Goes on in TLS. Throws where the server sent more than the answer to STLS: somebody put it there. */
  secure(options: ConnectionOptions): Promise<void>;
  close(): void;
}

interface Asked {
  readonly line: string | undefined;
  readonly expected: ExpectedAnswer;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/** Makes a connection over a socket that is open, or about to be. Whatever breaks it ends every command with the reason. */
export function createPop3Connection(given: Socket, limits: Pop3Limits): Pop3Connection {
  let socket = given;
  let failure: Error | undefined;
  let isPipelining = false;
  const queue: Asked[] = [];
  /** How many of the queue were sent. */
  let sent = 0;
  let reader: ReturnType<typeof createAnswerReader> | undefined;
  let silence: NodeJS.Timeout | undefined;
  let late: NodeJS.Timeout | undefined;

  const fail = (reason: Error) => {
    failure ??= reason;
    clearTimeout(silence);
    clearTimeout(late);
    socket.destroy();
    // A mail that is larger than anybody wants to read must not keep all others from being read.
    const cut = reader?.cut();
    if (cut) queue.shift()?.resolve(cut);
    for (const { reject } of queue.splice(0)) reject(failure);
  };
  const failAfter = (ms: number, what: string) =>
    setTimeout(() => fail(new Error(`${what} in ${ms / 1_000} seconds`)), ms);
  /** Sends what may be sent, and begins to wait for the answer to the first that is not answered. */
  const goOn = () => {
    while (sent < queue.length && (sent === 0 || isPipelining)) {
      const { line } = queue[sent] ?? {};
      if (line !== undefined) socket.write(`${line}\r\n`);
      sent += 1;
    }
    const [head] = queue;
    if (!head || reader) return;
    reader = createAnswerReader(head.expected);
    silence = failAfter(limits.silenceMs, 'no answer');
    late = failAfter(limits.answerMs, 'no whole answer');
  };
  const onData = (chunk: Buffer) => {
    let rest: Buffer | undefined = chunk;
    try {
      while (rest && rest.length > 0) {
        if (!reader) throw new Error('the server says what nobody asked for');
        silence?.refresh();
        const found: ReturnType<typeof reader.push> = reader.push(rest);
        if (!found) return;
        rest = found.rest;
        clearTimeout(silence);
        clearTimeout(late);
        reader = undefined;
        sent -= 1;
        queue.shift()?.resolve(found.answer);
        goOn();
      }
    } catch (thrown) {
      fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  };
  const onError = (error: Error) => fail(error);
  const onClose = () => fail(new Error('the server closed the connection'));
  const listen = () => {
    socket.on('data', onData);
    socket.on('error', onError);
    socket.on('close', onClose);
  };
  const expect = (line: string | undefined, more: Partial<ExpectedAnswer> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      queue.push({ line, expected: { isMultiline: false, keep: 0, ...more }, resolve, reject });
      goOn();
    });

  listen();
  return {
    greeting: expect(undefined),
    ask(line, expected) {
      if (!/^[ -~]*$/.test(line)) return Promise.reject(new Error('a command is one line of ASCII'));
      return expect(line, expected);
    },
    pipeline(isOffered) {
      isPipelining = isOffered;
    },
    async secure(options) {
      // What came behind the answer has failed the connection by now.
      if (failure) throw failure;
      const plain = socket;
      plain.off('data', onData);
      plain.off('close', onClose);
      const secured = tlsConnect({ socket: plain, ...options });
      socket = secured;
      listen();
      const timer = failAfter(limits.connectMs, 'no TLS');
      await new Promise<void>((resolve, reject) => {
        secured.once('close', () => reject(failure));
        secured.once('secureConnect', resolve);
      }).finally(() => clearTimeout(timer));
    },
    close: () => fail(new Error('the connection is closed')),
  };
}
