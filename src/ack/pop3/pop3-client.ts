import type { MailboxCredential } from '../mailbox/mailbox-credential.js';
import type { Answer } from './answer-reader.js';
import type { Pop3Connection } from './pop3-connection.js';
import { Pop3Refusal } from './pop3-refusal.js';

/** A mail of the maildrop: its number, good for this session only, and what names it for ever. */
export interface DropMail {
  readonly number: number;
  /** Its unique-id (RFC 1939 section 7): 1 to 70 characters of printable ASCII. */
  readonly uid: string;
}

/** The commands of POP3. Each throws a `Pop3Refusal` for an `-ERR`, and an `Error` when the connection fails. */
export interface Pop3Client {
  /** What the server can do, by keyword in capitals (RFC 2449 section 5); nothing where it does not know the command. */
  capa(): Promise<ReadonlyMap<string, string>>;
  /** Asks to go on in TLS (RFC 2595 section 4). */
  stls(): Promise<void>;
  /** Logs in: RFC 5034 by OAUTHBEARER (RFC 7628), XOAUTH2 or PLAIN (RFC 4616); else USER and PASS (RFC 1939 section 7). */
  logIn(user: string, credential: MailboxCredential): Promise<void>;
  /** All mails by their unique-ids (RFC 1939 section 7). */
  uidl(): Promise<readonly DropMail[]>;
  /** The header of a mail, at most `keep` bytes of it (RFC 1939 section 7). */
  top(number: number, keep: number): Promise<Buffer>;
  /** A mail, at most `keep` bytes of it (RFC 1939 section 5). */
  retr(number: number, keep: number): Promise<Buffer>;
  /** Shows that every answer before was to its command: what came behind the last has ended the connection (RFC 1939 section 5). */
  noop(): Promise<void>;
  /** Marks a mail to be removed at `quit` (RFC 1939 section 5). */
  dele(number: number): Promise<void>;
  /** Takes all marks back (RFC 1939 section 5). */
  rset(): Promise<void>;
  /** Ends the session, and only then removes what is marked (RFC 1939 section 6). */
  quit(): Promise<void>;
}

const longestCapabilities = 65_536;
/** A hundred thousand mails, each with the longest unique-id. */
const longestUidl = 16 * 1_048_576;
const encode = (text: string) => Buffer.from(text).toString('base64');

/** Speaks POP3 over a connection. */
export function createPop3Client(connection: Pop3Connection): Pop3Client {
  let capabilities: ReadonlyMap<string, string> = new Map();

  const ok = (answer: Answer, command: string, why = ''): Answer => {
    if (answer.status === '+OK') return answer;
    throw new Pop3Refusal(command, [answer.text, why].filter(Boolean).join(' ') || answer.status);
  };
  const ask = async (command: string, ...words: readonly (string | number)[]) =>
    ok(await connection.ask([command, ...words].join(' ')), command);
  const read = async (keep: number, command: string, ...words: readonly (string | number)[]) =>
    ok(await connection.ask([command, ...words].join(' '), { isMultiline: true, keep }), command);

  /**
   * One mechanism of RFC 5034. The response goes on a line of its own, since it is too long for the first one (section 4)
   * and Exchange takes nothing else; on the same line where a server refuses the bare command.
   */
  const authenticate = async (mechanism: string, response: string, empty: string): Promise<void> => {
    const command = `AUTH ${mechanism}`;
    let answer = await connection.ask(command);
    if (answer.status === '+') answer = await connection.ask(response);
    else if (answer.status === '-ERR') answer = await connection.ask(`${command} ${response}`);
    // It says why it refuses, and wants an empty word before it does (RFC 7628 section 3.2.3).
    const isAsked = answer.status === '+';
    const why = isAsked ? shown(Buffer.from(answer.text, 'base64').toString()) : '';
    if (isAsked) answer = await connection.ask(empty);
    ok(answer, command, why);
  };

  return {
    async capa() {
      try {
        const { body } = await read(longestCapabilities, 'CAPA');
        const lines = body.toString('latin1').split('\r\n');
        capabilities = new Map(
          lines.map((line) => [line.split(' ', 1)[0]?.toUpperCase() ?? '', line.replace(/^\S* ?/, '')]),
        );
      } catch (thrown) {
        if (!(thrown instanceof Pop3Refusal)) throw thrown;
        capabilities = new Map();
      }
      connection.pipeline(capabilities.has('PIPELINING'));
      return capabilities;
    },
    stls: async () => void (await ask('STLS')),
    async logIn(user, credential) {
      // What they could add to a response, or a line.
      if ([user, ...Object.values(credential)].some((word) => /\p{Cc}/u.test(word)))
        throw new Error('the user name or the credential has control characters');
      const mechanisms = capabilities.get('SASL')?.toUpperCase().split(' ') ?? [];
      if ('accessToken' in credential) {
        const { accessToken } = credential;
        if (mechanisms.includes('OAUTHBEARER')) {
          const name = user.replace(/=/g, '=3D').replace(/,/g, '=2C');
          return authenticate(
            'OAUTHBEARER',
            encode(`n,a=${name},\x01auth=Bearer ${accessToken}\x01\x01`),
            'AQ==',
          );
        }
        return authenticate('XOAUTH2', encode(`user=${user}\x01auth=Bearer ${accessToken}\x01\x01`), '');
      }
      if (mechanisms.includes('PLAIN'))
        return authenticate('PLAIN', encode(`\0${user}\0${credential.pass}`), '*');
      await ask('USER', user);
      await ask('PASS', credential.pass);
    },
    async uidl() {
      const { body, isCut } = await read(longestUidl, 'UIDL');
      if (isCut) throw new Error('the server lists more mails than can be');
      const text = body.toString('latin1');
      const mails = new Map<number, DropMail>();
      // What is wrong with one line ends it, before a million are taken apart.
      for (const [, line = ''] of text.matchAll(/(.*?)\r\n/gs)) {
        const [, digits, uid] = /^(\d{1,10}) +([!-~]{1,70}) *$/.exec(line) ?? [];
        if (uid === undefined) throw new Error(`the server lists a mail as "${shown(line)}"`);
        const number = Number(digits);
        if (mails.has(number)) throw new Error('the server lists a mail twice');
        mails.set(number, { number, uid });
      }
      return [...mails.values()];
    },
    top: async (number, keep) => (await read(keep, 'TOP', number, 0)).body,
    async retr(number, keep) {
      const expected = { isMultiline: true, keep, isEnough: true };
      return ok(await connection.ask(`RETR ${number}`, expected), 'RETR').body;
    },
    noop: async () => void (await connection.ask('NOOP')),
    dele: async (number) => void (await ask('DELE', number)),
    rset: async () => void (await ask('RSET')),
    async quit() {
      await ask('QUIT');
      connection.close();
    },
  };
}

const shown = (text: string) => text.replace(/[^ -~]/g, '?').slice(0, 100);
