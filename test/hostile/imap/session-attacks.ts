import type { Attack, Point, Saying, Turn } from './hostile-server.js';
import { at, attacks, closes, endless, first, flood, greetings, mebibyte, silent } from './sayings.js';

const points: readonly Point[] = [
  'CAPABILITY',
  'LOGIN',
  'NAMESPACE',
  'SELECT',
  'DATES',
  'SEARCH',
  'HEADERS',
  'SOURCE',
  'LOOK',
  'MOVE',
  'IDLE',
];
/** What any command may be answered by. */
const anywhere: Readonly<Record<string, Saying>> = {
  NO: 'TAG NO not now\r\n',
  BAD: 'TAG BAD what?\r\n',
  BYE: '* BYE go away\r\n',
  nothing: silent,
  'a closed connection': closes,
  'half an answer': (turn) => {
    turn.say(turn.honestText().slice(0, -20));
    turn.socket.destroy();
  },
  'OK without anything': 'TAG OK done\r\n',
  'OK to another command': 'ZZZ9 OK done\r\n',
  'OK twice': (turn) => {
    turn.honest();
    turn.say('TAG OK done\r\n');
  },
  'an unasked FETCH, EXPUNGE and EXISTS': first(
    '* 1 FETCH (UID 9999 FLAGS (\\Deleted))\r\n* 999 EXPUNGE\r\n* 999 EXISTS\r\n',
  ),
  'bytes that are no IMAP': first('\0\xff\xfe\r\n\r\n* \r\n*\r\n(\r\n)\r\n'),
};

const selected =
  (line: RegExp, text: string): Saying =>
  (turn) =>
    turn.say(`${turn.honestText().replace(line, text)}TAG OK [READ-WRITE] done\r\n`);

/** How a server may greet, let in and open a mailbox, and what it may answer to anything. */
export const sessionAttacks: readonly Attack[] = [
  ...greetings({
    none: silent,
    BYE: '* BYE too many\r\n',
    NO: '* NO no\r\n',
    BAD: '* BAD bad\r\n',
    PREAUTH: '* PREAUTH you are in\r\n',
    'a tagged OK': 'A1 OK done\r\nA2 OK done\r\n1 OK done\r\n',
    'a question': '+ go on\r\n',
    HTTP: 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html></html>\r\n',
    SSH: 'SSH-2.0-OpenSSH_9.6\r\n',
    'the bytes of TLS': '\x15\x03\x01\x00\x02\x02\x46',
    'half a line': '* OK rea',
    'a closed connection': closes,
    NULs: '\0'.repeat(10_000),
    'a line without an end': endless('x'),
    'lines without an end': endless('* OK still here\r\n'),
    'a literal of 4 GB': '* OK {4294967296}\r\n',
    '100,000 brackets': `* OK ${'('.repeat(100_000)}\r\n`,
  }),
  ...points.flatMap((point) => at(point, `answer to ${point}`, anywhere)),
  ...at('CAPABILITY', 'capabilities', {
    'a flood of 100,000': `* CAPABILITY IMAP4rev1 AUTH=PLAIN ${Array.from({ length: 100_000 }, (_, each) => `X${each}`).join(' ')}\r\nTAG OK done\r\n`,
    none: '* CAPABILITY\r\nTAG OK done\r\n',
    'no way to log in': '* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nTAG OK done\r\n',
    'of the prototype': '* CAPABILITY IMAP4rev1 AUTH=PLAIN __proto__ constructor toString\r\nTAG OK done\r\n',
    'an open quotation': '* CAPABILITY "IMAP4rev1\r\nTAG OK done\r\n',
    'without an end': endless('* CAPABILITY IMAP4rev1 X\r\n'),
    'COMPRESS and ENABLE, which nobody keeps to':
      '* CAPABILITY IMAP4rev1 AUTH=PLAIN COMPRESS=DEFLATE ENABLE CONDSTORE QRESYNC UTF8=ACCEPT IDLE MOVE\r\nTAG OK done\r\n',
  }),
  ...at('LOGIN', 'login', {
    'a challenge without an end': '+ \r\n+ \r\n+ \r\n',
    'a challenge of 3 MB': `+ ${'QUJD'.repeat(786_432)}\r\n`,
    'an alert of 1 MB': `TAG NO [ALERT] ${'x'.repeat(mebibyte)}\r\n`,
    'escape sequences': 'TAG NO [AUTHENTICATIONFAILED] \u001b[2J\u0007 no\r\n',
    'a throttle of a year': 'TAG NO Request is throttled. Suggested Backoff Time: 1000 milliseconds\r\n',
    'OK and BYE': 'TAG OK in\r\n* BYE out\r\n',
    'OK for the next commands, too':
      'TAG OK in\r\n1 OK done\r\n2 OK done\r\n3 OK done\r\n4 OK done\r\n5 OK done\r\nA OK done\r\n',
  }),
  ...at('SELECT', 'mailbox', {
    ...Object.fromEntries(
      ['0', '1', '4294967295', '99999999999999999999', '-1', 'NaN', '1e9', ''].flatMap((value) => [
        [`EXISTS ${value}`, selected(/\* \d+ EXISTS/, `* ${value} EXISTS`)],
        [`UIDVALIDITY ${value}`, selected(/UIDVALIDITY \d+/, `UIDVALIDITY ${value}`)],
        [`UIDNEXT ${value}`, selected(/UIDNEXT \d+/, `UIDNEXT ${value}`)],
      ]),
    ),
    'no EXISTS': selected(/\* \d+ EXISTS\r\n/, ''),
    'no UIDVALIDITY': selected(/\* OK \[UIDVALIDITY.*\r\n/, ''),
    'no UIDNEXT': selected(/\* OK \[UIDNEXT.*\r\n/, ''),
    'UIDVALIDITY twice': first('* OK [UIDVALIDITY 5] ok\r\n'),
    'no flag may be set': selected(/PERMANENTFLAGS \(\\\*\)/, 'PERMANENTFLAGS ()'),
    'flags that are none': selected(/PERMANENTFLAGS \(\\\*\)/, 'PERMANENTFLAGS "x" NIL ('),
    'a flood of flags': first(
      `* FLAGS (${Array.from({ length: 100_000 }, (_, each) => `f${each}`).join(' ')})\r\n`,
    ),
    'read-only': (turn) => turn.say(`${turn.honestText()}TAG OK [READ-ONLY] done\r\n`),
    'a flood of EXISTS': first(flood('* 5 EXISTS\r\n* 4 EXISTS\r\n', 20_000)),
    'a flood of EXPUNGE': first(flood('* 1 EXPUNGE\r\n', 40_000)),
    'another mailbox closed': first(
      '* OK [CLOSED] closed\r\n* OK [HIGHESTMODSEQ 99999999999999999999] x\r\n',
    ),
  }),
  ...attacks('mailbox', {
    'a new UIDVALIDITY each time': {
      connections: 4,
      on: {
        SELECT: (turn: Turn) =>
          turn.say(
            `${turn.honestText().replace(/UIDVALIDITY \d+/, `UIDVALIDITY ${1_000 + Math.floor(performance.now())}`)}TAG OK done\r\n`,
          ),
        IDLE: closes,
      },
    },
  }),
];
