import type { Point, Turn } from '../../ack/pop3/scripted-pop3.js';
import {
  type Attack,
  at,
  attacks,
  changed,
  closes,
  dripping,
  endless,
  first,
  type Row,
  silent,
} from './sayings.js';

const noAnswer = /no answer in [\d.]+ seconds/;
const notWhole = /no whole answer in [\d.]+ seconds/;
const closed = /the server closed the connection/;
const noPop3 = /the server says what is no POP3:/;
const noEnd = /has no end/;
const unasked = /the server says what nobody asked for/;
const tls = (says: RegExp) => new RegExp(`^No TLS with the POP3 server .*${says.source}`);

/** What may stand in place of the answer to any command. */
const anywhere = (point: Point, refused: RegExp | undefined): Readonly<Record<string, Row>> => ({
  '-ERR': refused ? ['-ERR not now\r\n', refused] : '-ERR not now\r\n',
  nothing: [silent, noAnswer],
  'a closed connection': [closes, closed],
  'half an answer, and the end': [
    (turn) => {
      turn.say(turn.honestText().slice(0, -3));
      turn.socket.end();
    },
    closed,
  ],
  'half an answer, and nothing more': [changed((text) => text.slice(0, -1)), noAnswer],
  'lines that end in LF': [changed((text) => text.replaceAll('\r\n', '\n')), noAnswer],
  'lines that end in CR': [changed((text) => text.replaceAll('\r\n', '\r')), noAnswer],
  'bytes that are no POP3': [first('\0\xff\xfe\r\n\r\n.\r\n'), noPop3],
  'the answer of an IMAP server': ['* OK done\r\nA1 OK done\r\n', noPop3],
  'a line without an end': [endless('+OK ', 'x'), noEnd],
  'a line that drips': [dripping('+OK ', 'x'), notWhole],
  ...(point === 'TOP' || point === 'QUIT'
    ? {}
    : { 'an answer twice': [changed((text) => text + text), unasked] as const }),
});

const listed = (lines: string) => `+OK\r\n${lines}.\r\n`;

/** How a server may greet, begin TLS and let in, and what it may answer to anything. */
export const sessionAttacks: readonly Attack[] = [
  ...attacks('greeting', {
    none: { greeting: silent, says: noAnswer },
    '-ERR': { greeting: '-ERR too many\r\n', says: /it refuses the connection: too many/ },
    '-ERR with a code': { greeting: '-ERR [SYS/PERM] closed for good\r\n', says: /\[SYS\/PERM\] closed/ },
    'a question': { greeting: '+ go on\r\n', says: /it refuses the connection: go on/ },
    IMAP: { greeting: '* OK IMAP4rev1 ready\r\n', says: noPop3 },
    SMTP: { greeting: '220 mail.example.com ESMTP\r\n', says: noPop3 },
    HTTP: { greeting: 'HTTP/1.1 400 Bad Request\r\n\r\n<html></html>\r\n', says: noPop3 },
    SSH: { greeting: 'SSH-2.0-OpenSSH_9.6\r\n', says: noPop3 },
    'the bytes of TLS': { greeting: '\x15\x03\x01\x00\x02\x02\x46', says: noAnswer },
    'half a line': { greeting: '+OK rea', says: noAnswer },
    'a lone LF': { greeting: '+OK ready\n', says: noAnswer },
    'small letters': { greeting: '+ok ready\r\n', says: noPop3 },
    'a closed connection': { greeting: closes, says: closed },
    NULs: { greeting: '\0'.repeat(10_000), says: noEnd },
    'a line without an end': { greeting: endless('', 'x'), says: noEnd },
    'lines without an end': { greeting: endless('', '+OK still here\r\n'), says: unasked },
    'a line that drips': { greeting: dripping('+OK', ' '), says: notWhole },
    twice: { greeting: '+OK ready\r\n+OK ready\r\n', says: unasked },
    'escape sequences': { greeting: '-ERR \x1b]0;x\x07\x1b[2J \x9b31m gone\r\n', says: /gone/ },
  }),
  ...at('CAPA', 'answer to CAPA', anywhere('CAPA', undefined)),
  ...at('AUTH', 'answer to AUTH', {
    ...anywhere('AUTH', /refuses the login .*not now/),
    '+OK at once': '+OK in already\r\n',
  }),
  ...at('RESPONSE', 'answer to the login', anywhere('RESPONSE', /refuses the login .*not now/)),
  ...at('UIDL', 'answer to UIDL', anywhere('UIDL', /it refuses UIDL: not now/)),
  ...at('TOP', 'answer to TOP', anywhere('TOP', /it refuses TOP: not now/)),
  ...at('RETR', 'answer to RETR', anywhere('RETR', /it refuses RETR: not now/)),
  ...at('QUIT', 'answer to QUIT', anywhere('QUIT', /it refuses QUIT: not now/)),
  ...at('CAPA', 'capabilities', {
    none: listed(''),
    'of the prototype': listed('__proto__\r\nconstructor x\r\ntoString\r\nSASL __proto__ constructor\r\n'),
    '200,000 of them': listed('X-SOMETHING\r\n'.repeat(200_000)),
    'without an end': [endless('+OK\r\n', 'X-SOMETHING\r\n'), noEnd],
    'that drip': [dripping('+OK\r\n', 'X\r\n'), notWhole],
    'with empty lines': listed('\r\n\r\n\r\nSASL\r\n\r\n'),
    'PIPELINING, which nobody keeps to': listed('PIPELINING\r\nTOP\r\nUIDL\r\nSASL PLAIN\r\n'),
    'a delay of 10^9 seconds, and no number': listed('LOGIN-DELAY 1e9\r\nSASL PLAIN\r\n'),
    'a delay of less than nothing': listed('LOGIN-DELAY -5\r\nSASL PLAIN\r\n'),
    'a delay that is a word': listed('LOGIN-DELAY NaN USER\r\nSASL PLAIN\r\n'),
    'neither TOP nor UIDL': listed('USER\r\nSASL PLAIN\r\n'),
  }),
  ...at('RESPONSE', 'login', {
    'challenges without an end': ['+ \r\n', /refuses the login/],
    'a challenge of 3 MB': [`+ ${'QUJD'.repeat(786_432)}\r\n`, noEnd],
    'a refusal of 1 MB': [`-ERR ${'x'.repeat(1_048_576)}\r\n`, noEnd],
    'a refusal of 8,000 letters': [`-ERR ${'no '.repeat(2_600)}\r\n`, /refuses the login .*no no no/],
    'escape sequences': ['-ERR \x1b[2J\x07 no\r\n', /refuses the login/],
    'what it was shown': [
      (turn: Turn) =>
        turn.say(`-ERR ${turn.line} ${Buffer.from(turn.line, 'base64').toString('latin1')} is bad\r\n`),
      /refuses the login .*is bad/,
    ],
    'a throttle': ['-ERR throttled. Suggested Backoff Time: 1000 milliseconds\r\n', /Suggested Backoff/],
    'somebody else holds the maildrop': ['-ERR [IN-USE] locked\r\n', /broke off: .*\[IN-USE\] locked/],
    'authenticated but not connected': [
      '-ERR User is authenticated but not connected.\r\n',
      /authenticated but not connected/,
    ],
    '+OK for the next commands, too': [`+OK in\r\n${listed('1 a\r\n')}${listed('')}+OK\r\n`, unasked],
    '-ERR and +OK': ['-ERR no\r\n+OK in\r\n', /refuses the login|nobody asked for/],
  }),
  ...at(
    'PASS',
    'login',
    {
      '-ERR to PASS': ['-ERR bad password\r\n', /refuses the login .*bad password/],
      '+ to PASS': ['+ go on\r\n', /refuses the login .*go on/],
      'PASS said back': [
        (turn: Turn) => turn.say(`-ERR ${turn.line} is bad\r\n`),
        /refuses the login .*is bad/,
      ],
    },
    { capabilities: [] },
  ),
  ...at(
    'STLS',
    'TLS',
    {
      'it refuses': ['-ERR not today\r\n', tls(/not today/)],
      'it asks back': ['+ \r\n', tls(/STLS/)],
      'it says nothing': [silent, tls(/no answer in/)],
      'it closes': [closes, tls(/closed the connection/)],
      'it agrees and goes on in the clear': ['+OK go\r\n', tls(/no TLS in|wrong version number/)],
      'it agrees and closes': [
        (turn: Turn) => {
          turn.say('+OK go\r\n');
          turn.socket.end();
        },
        tls(/./),
      ],
      'an answer injected behind the +OK': [
        (turn: Turn) => {
          turn.say('+OK go\r\n+OK in\r\n');
          turn.secure();
        },
        tls(/nobody asked for/),
      ],
      'answers to all that follows, injected': [
        (turn: Turn) => {
          turn.say(`+OK go\r\n${listed('')}+OK\r\n+OK in\r\n${listed('1 a\r\n')}`);
          turn.secure();
        },
        tls(/nobody asked for/),
      ],
      'half an answer injected': [
        (turn: Turn) => {
          turn.say('+OK go\r\n+');
          turn.secure();
        },
        tls(/nobody asked for/),
      ],
      'one byte injected': [
        (turn: Turn) => {
          turn.say('+OK go\r\n\n');
          turn.secure();
        },
        tls(/nobody asked for/),
      ],
      'an answer injected in a packet of its own': [
        (turn: Turn) => {
          turn.say('+OK go\r\n');
          setTimeout(() => {
            turn.say('+OK in\r\n');
            turn.secure();
          }, 5);
        },
        tls(/./),
      ],
      'what is no TLS, without an end': [endless('+OK go\r\n', 'x'), tls(/./)],
      'half a handshake': [
        (turn: Turn) => {
          // What is random in the client's part may look like the end of a command.
          turn.socket.removeAllListeners('data').resume();
          turn.say('+OK go\r\n');
          setTimeout(() => turn.say('\x16\x03\x03\x00\x40\x02'), 5);
        },
        tls(/no TLS in/),
      ],
    },
    { security: 'starttls' },
  ),
  ...attacks('TLS', {
    'capabilities that were injected before it': {
      security: 'starttls',
      on: {
        CAPA: (turn: Turn) =>
          turn.honestText().includes('STLS')
            ? turn.say(listed('SASL PLAIN X-OWN\r\nPIPELINING\r\nSTLS\r\n'))
            : turn.honest(),
      },
    },
    'no STLS among the capabilities': {
      security: 'starttls',
      on: { CAPA: changed((text) => text.replace('STLS\r\n', '')) },
    },
    'a greeting that lets in': { security: 'starttls', greeting: '+OK you are logged in\r\n' },
    'an answer twice inside of it': {
      security: 'tls',
      on: { UIDL: changed((text) => text + text) },
      says: unasked,
    },
    'an end in the middle of a mail': {
      security: 'tls',
      on: {
        RETR: (turn: Turn) => {
          turn.say(turn.honestText().slice(0, 50));
          turn.socket.destroy();
        },
      },
      says: closed,
    },
  }),
];
