import type { Saying, Turn } from '../../ack/pop3/scripted-pop3.js';
import { type Attack, at, attacks, changed, dripping, endless, first, inPieces } from './sayings.js';

const noAnswer = /no answer in [\d.]+ seconds/;
const notWhole = /no whole answer in [\d.]+ seconds/;
const noPop3 = /the server says what is no POP3:/;
/** On a machine that is busy, time is up before so much has come. */
const noEnd = /has no end|no whole answer|hands out another mail/;
const unasked = /the server says what nobody asked for/;
const another = /the server hands out another mail than the one whose header it showed/;
const oddList = /the server lists a mail as "/;
const twice = /the server lists a mail twice/;

const headerOf = (mail: string) => mail.slice(0, mail.indexOf('\r\n\r\n') + 4);
const answerOf = (text: string) => `+OK\r\n${text}.\r\n`;
const status = (text: string): Saying => changed((whole) => whole.replace('+OK', text));
const list = (change: (lines: string, turn: Turn) => string): Saying =>
  changed((text, turn) => answerOf(change(text.slice(5, -3), turn)));
/** A dot before every line that is not empty. */
const stuffed = (text: string) => `${text.slice(0, -3).replace(/\r\n(?=[^\r])/g, '\r\n.')}.\r\n`;
const old = (text: string) => text.replace('\r\n', '\r\nDate: Mon, 6 Jan 2025 08:00:00 +0000\r\n');
/** Only of the mail with this number. */
const of =
  (number: number, saying: Saying): Saying =>
  (turn) => {
    if (turn.line.split(' ')[1] !== String(number)) turn.honest();
    else if (typeof saying === 'string') turn.say(saying);
    else saying(turn);
  };
/** Puts answers together, and says them in another order once there are enough; the first `honestOnes` are as they should be. */
const shuffled = (count: number, order: (answers: string[]) => string[], honestOnes = 0): Saying => {
  let held: string[] = [];
  let asked = 0;
  return (turn) => {
    asked += 1;
    if (asked <= honestOnes) return turn.honest();
    held.push(turn.honestText());
    if (held.length < count) return;
    const answers = held;
    held = [];
    turn.say(order(answers).join(''));
  };
};

/** How a server may lie about sizes. */
const sizes = ['TOP', 'RETR'].flatMap((point) => [
  ...at(point === 'TOP' ? 'TOP' : 'RETR', 'sizes', {
    [`${point}, more than comes`]: status('+OK 999999999999 octets'),
    [`${point}, less than comes`]: status('+OK 1 octets'),
    [`${point}, nothing`]: status('+OK 0 octets'),
    [`${point}, less than nothing`]: status('+OK -1 octets'),
    [`${point}, no number`]: status('+OK NaN octets'),
    [`${point}, a literal as in IMAP`]: status('+OK {4294967295}'),
  }),
]);

const moreSizes: readonly Attack[] = [
  ...at('UIDL', 'sizes', {
    'UIDL, more mails than come': status('+OK 4294967295 messages (1 octets)'),
    'UIDL, less mails than come': status('+OK 0 messages'),
  }),
  ...at('TOP', 'sizes', {
    'TOP, the whole mail and 3 MB more': [
      of(
        2,
        changed((text) => `${text.slice(0, -3)}${'y'.repeat(3_000_000)}\r\n.\r\n`),
      ),
      another,
    ],
    'TOP, a header of 3 MB': of(
      1,
      changed((text) => text.replace('\r\n\r\n', `\r\nX: ${'y'.repeat(3_000_000)}\r\n\r\n`)),
    ),
  }),
  ...at('RETR', 'sizes', {
    'RETR, 8 MB more': changed((text) => `${text.slice(0, -3)}${'y'.repeat(8_000_000)}\r\n.\r\n`),
    'RETR, 8 MB of empty lines': changed((text) => `${text.slice(0, -3)}${'\r\n'.repeat(4_000_000)}.\r\n`),
    'RETR, 8 MB of dots': changed((text) => `${text.slice(0, -3)}${'..\r\n'.repeat(2_000_000)}.\r\n`),
  }),
];

/** Multi-line answers that never end. */
const endlessAnswers = (['UIDL', 'TOP', 'RETR'] as const).flatMap((point) => [
  ...at(point, 'answers without an end', {
    [`${point}, lines`]: [endless('+OK\r\n', 'X: y\r\n'), noEnd],
    [`${point}, one line`]: [endless('+OK\r\n', 'x'), noEnd],
    [`${point}, dots`]: [endless('+OK\r\n', '..\r\n'), noEnd],
    [`${point}, a line for each of a dozen bytes`]: [dripping('+OK\r\n', 'X: y\r\n'), notWhole],
    [`${point}, what is no end`]: [
      changed((text) => `${text.slice(0, -3)}.\n\r\n. \r\n.\r\r\n..\r\n`),
      noAnswer,
    ],
    [`${point}, an end but for its last byte`]: [changed((text) => text.slice(0, -1)), noAnswer],
    [`${point}, no lines and no end`]: ['+OK\r\n', noAnswer],
  }),
]);

/** Mail that is read nevertheless, as far as it is wanted. */
const endlessReplies = at('RETR', 'answers without an end', {
  'RETR, the mail and lines': [
    (turn) => {
      const go = endless(turn.honestText().slice(0, -3), 'x\r\n');
      if (typeof go !== 'string') go(turn);
    },
    noEnd,
  ],
}).flatMap((attack): readonly Attack[] => [
  attack,
  { ...attack, name: `${attack.name}, each time`, connections: 3 },
]);

/** Answers whose end is not where it seems. */
const terminators = (['UIDL', 'TOP', 'RETR'] as const).flatMap((point) => [
  ...at(point, 'terminators', {
    ...Object.fromEntries(
      [1, 2, 3, 4, 5].map((behind) => [
        `${point}, split ${behind} bytes before the end`,
        inPieces((text) => [text.slice(0, -behind), text.slice(-behind)]),
      ]),
    ),
    [`${point}, byte for byte`]: inPieces((text) => [text.slice(0, -5), ...text.slice(-5)]),
    [`${point}, the answer byte for byte`]: inPieces(
      (text) => [...text].slice(0, 60).concat(text.slice(60)),
      1,
    ),
    [`${point}, two of them`]: [changed((text) => `${text}.\r\n`), /nobody asked for|is no POP3/],
    [`${point}, before the status`]: [first('.\r\n'), noPop3],
    [`${point}, an empty line before the status`]: [first('\r\n'), noPop3],
    [`${point}, a status and no CR`]: [changed((text) => text.replace('\r\n', '\n')), /no answer|is no POP3/],
  }),
]);

const moreTerminators = (unaskedMail: string): readonly Attack[] => [
  ...at('RETR', 'terminators', {
    'RETR, in the middle of the mail': [
      changed((text) => text.replace('\r\n\r\n', '\r\n\r\n.\r\n')),
      unasked,
    ],
    'RETR, in the middle, and then a mail that nobody asked for': [
      changed((text) => `${text.slice(0, 100)}\r\n.\r\n${answerOf(unaskedMail)}`),
      /nobody asked for|another mail/,
    ],
    'RETR, dots that were put before nothing': [
      changed((text) => text.replaceAll('\r\n', '\r\n.')),
      /nobody asked for|another mail/,
    ],
    'RETR, a dot before every line': changed(stuffed),
  }),
  ...at('TOP', 'terminators', {
    'TOP, a dot before every line': changed(stuffed),
  }),
];

/** Answers that come in another order, or too early, or for another command. */
const orders = (unaskedMail: string): readonly Attack[] => {
  const unaskedHeader = answerOf(headerOf(unaskedMail));
  return [
    ...at('TOP', 'order', {
      'answers in reverse': [shuffled(2, (answers) => answers.reverse()), another],
      'the last answer to everything': [shuffled(2, ([, two = '']) => [two, two]), another],
      'one answer for two commands': [shuffled(2, ([, two = '']) => [two]), noAnswer],
      'three answers for two commands': [shuffled(2, ([one = '', two = '']) => [one, one, two]), unasked],
      'answers in reverse, to what is asked for the second time': [
        shuffled(2, (answers) => answers.reverse(), 2),
        another,
      ],
      'three answers for two commands, the second time': [
        shuffled(2, ([one = '', two = '']) => [one, one, two], 2),
        unasked,
      ],
      'three answers for two commands, of a mail of last year': [
        shuffled(2, ([one = '', two = '']) => [old(one), old(one), two]),
        unasked,
      ],
      'an answer too early': [shuffled(1, ([one = '']) => [one, one], 2), unasked],
      'a mail that nobody asked for, before the others': [
        shuffled(2, (answers) => [unaskedHeader, ...answers]),
        unasked,
      ],
      'a mail that nobody asked for, behind the others': [
        shuffled(2, (answers) => [...answers, unaskedHeader]),
        unasked,
      ],
      'a mail that nobody asked for, in place of another': [of(2, unaskedHeader), another],
      'a mail that nobody asked for, in place of all': [unaskedHeader, another],
      'a list in place of a header': ['+OK\r\n1 mail-1\r\n2 mail-2\r\n.\r\n', /what it shows is no header/],
    }),
    ...at('RETR', 'order', {
      'another mail': [answerOf(unaskedMail), another],
      'a header of one and a body of another': [
        changed((text) => `${text.slice(0, 100)}${answerOf(unaskedMail).slice(100)}`),
        another,
      ],
      'an empty mail': [answerOf(''), another],
      'half the header': [changed((text) => `${text.slice(0, 100)}\r\n.\r\n`), another],
      'the header with a letter changed': [
        changed((text) => text.replace('Ops Person', 'Ops Parson')),
        another,
      ],
      'the answer to UIDL': ['+OK\r\n1 mail-1\r\n2 mail-2\r\n.\r\n', another],
      'the mail, and one that nobody asked for': [
        changed((text) => `${text}${answerOf(unaskedMail)}`),
        unasked,
      ],
      'the mail, and answers to all that follows': [changed((text) => `${text}+OK bye\r\n`), unasked],
    }),
    ...at('UIDL', 'order', {
      'a header in place of a list': [unaskedHeader, oddList],
      'the list, and answers to all that follows': [
        changed((text) => `${text}${unaskedHeader}${answerOf(unaskedMail)}`),
        unasked,
      ],
      'a line in place of a list': ['+OK 2 400\r\n', noAnswer],
    }),
  ];
};

/** Lists of mails that are none, and names that do not stay. */
const uniqueIds = (): readonly Attack[] => {
  const many = Array.from({ length: 5_000 }, (_, each) => `${each + 1} x-${each}\r\n`).join('');
  return [
    ...at('UIDL', 'unique-ids', {
      'none is listed': list(() => ''),
      'empty ones': [list(() => '1 \r\n2 \r\n'), oddList],
      'no numbers': [list(() => 'mail-1\r\nmail-2\r\n'), oddList],
      '71 letters': [list(() => `1 ${'x'.repeat(71)}\r\n`), oddList],
      'a megabyte': [list(() => `1 ${'x'.repeat(1_048_576)}\r\n`), oddList],
      spaces: [list(() => '1 mail 1\r\n'), oddList],
      'escape sequences': [list(() => '1 \x1b[2J\r\n'), oddList],
      NULs: [list(() => '1 \0\0\0\r\n'), oddList],
      'lone line ends': [list(() => '1 a\n2 b\r3 c\r\n'), oddList],
      'a number of 10^30': [list(() => `1${'0'.repeat(30)} a\r\n`), oddList],
      'a number of less than nothing': [list(() => '-1 a\r\n'), oddList],
      'a fraction': [list(() => '1.5 a\r\n'), oddList],
      'a number twice': [list((lines) => `${lines}2 other\r\n`), twice],
      'the number 0': [list((lines) => `0 zero\r\n${lines}`), /it refuses TOP: no such message/],
      'numbers that are not there': [list((lines) => `${lines}3 c\r\n4294967295 d\r\n`), /it refuses TOP/],
      'one name for all': list((lines) => lines.replace(/mail-\d+/g, 'mail')),
      'in reverse': list((lines) =>
        lines.split('\r\n').reverse().join('\r\n').replace(/^\r\n/, '').concat('\r\n'),
      ),
      'names of the prototype': list((lines) =>
        lines.replace('mail-1', '__proto__').replace('mail-2', 'constructor'),
      ),
      'names that are paths': list((lines) => lines.replace('mail-1', '../../x').replace('mail-2', '%00;rm')),
      '5,000 mails that are not there': [list((lines) => `${many}${lines}`), twice],
      'a million lines': [list(() => '1 a\r\n'.repeat(1_000_000)), twice],
      'sixteen megabytes and more': [
        list(() => `1 ${'x'.repeat(17_000_000)}\r\n`),
        /lists more mails than can be/,
      ],
    }),
    ...attacks('unique-ids', {
      'others at each session': {
        connections: 5,
        on: { UIDL: list((lines, { connection }) => lines.replaceAll('mail', `mail-${connection}`)) },
      },
      'changed around at each session': {
        connections: 5,
        on: {
          UIDL: list((lines, { connection }) => (connection % 2 ? '1 mail-2\r\n2 mail-1\r\n' : lines)),
        },
      },
      'gone, and there again': {
        connections: 5,
        on: { UIDL: list((lines, { connection }) => (connection % 2 ? '' : lines)) },
      },
      'random ones, many times': {
        connections: 8,
        on: { UIDL: list((lines) => lines.replaceAll('mail', `mail-${Math.random()}`)) },
      },
      'those of mails to come': {
        // Told for a mail that is there already, the late reply would be no news: a look without the lie comes before it.
        connections: 3,
        on: {
          UIDL: list((lines, { connection }) => (connection < 3 ? lines.replace('mail-1', 'mail-3') : lines)),
        },
        hides: true,
      },
    }),
  ];
};

/** Headers that are none. */
const headers = (): readonly Attack[] => [
  ...at('TOP', 'headers', {
    'an empty one': [answerOf(''), /what it shows is no header/],
    'an empty line': [answerOf('\r\n'), /what it shows is no header/],
    'without an end': of(
      2,
      changed((text) => text.replace('\r\n\r\n.', '\r\n.')),
    ),
    'of one line of 60,000 letters': of(1, answerOf(`X: ${'x'.repeat(60_000)}\r\n\r\n`)),
    'of 10,000 fields': of(1, answerOf(`${'X: y\r\n'.repeat(10_000)}\r\n`)),
    'of folded lines without an end': of(1, answerOf(`X: y\r\n${' z\r\n'.repeat(15_000)}\r\n`)),
    'of dates that are none': of(
      1,
      changed((text) => text.replace('\r\n', `\r\nReceived: by x; ${'('.repeat(10_000)}\r\nDate: never\r\n`)),
    ),
    'with a date of the year 275761': of(
      1,
      changed((text) => text.replace('\r\n', '\r\nDate: Sat, 1 Jan 275761 00:00:00 +0000\r\n')),
    ),
    'with a date of the year 1': of(
      1,
      changed((text) => text.replace('\r\n', '\r\nReceived: by x; Mon, 1 Jan 0001 00:00:00 +0000\r\n')),
    ),
    'with NULs': of(
      1,
      changed((text) => text.replace('\r\n', `\r\nX: ${'\0'.repeat(10_000)}\r\n`)),
    ),
  }),
];

/** How a server may list and hand out mails. `unaskedMail` is in no list. */
export function mailAttacks(unaskedMail: string): readonly Attack[] {
  return [
    ...sizes,
    ...moreSizes,
    ...endlessAnswers,
    ...endlessReplies,
    ...terminators,
    ...moreTerminators(unaskedMail),
    ...orders(unaskedMail),
    ...uniqueIds(),
    ...headers(),
  ];
}
