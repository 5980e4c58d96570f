import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Command, readCommand } from '../../../src/ack/command/read-command.js';
import { plainLine } from '../../../src/ack/plain-line.js';
import { zonedTime } from '../../../src/core/zoned-time.js';

const hour = 3_600_000;
/** A Monday. */
const at = new Date('2026-11-23T10:00:00Z');
const zone = zonedTime('UTC');
const one = (words: string) => readCommand(words, { alertCount: 1, at, zone });
const many = (words: string) => readCommand(words, { alertCount: 20, at, zone });

type Rows = readonly (readonly [words: string, command: Command])[];

function check(rows: Rows, read: (words: string) => Command): void {
  for (const [words, command] of rows) assert.equal(read(words), command, words);
}

test('A reply without a command is bare, in any language, empty or not.', () => {
  for (const words of [
    '',
    'On it.',
    'Ich kümmere mich darum',
    'Me encargo',
    '対応します',
    '我来处理',
    'أنا أعمل على ذلك',
    'אני מטפל בזה',
    'Занимаюсь',
    'Acknowledgement follows',
    'back in 5',
    'ackermann has it',
    'commented it out',
    'helping out now',
    'help is on the way',
    'until the disk is replaced we keep an eye on it',
    '5',
    'No problem, I have it',
    '2 disks are broken',
    '!!',
    '...',
    `${'x'.repeat(300)} ok`,
  ])
    for (const read of [one, many])
      if (words !== '5') assert.equal(read(words), { kind: 'bare', comment: words }, words);
  assert.equal(one('5'), { kind: 'bare', comment: '5' });
});

test('A leading ack takes it, with or without a time and a comment.', () => {
  const ack = (durationMs: number | undefined, comment = ''): Command => ({
    kind: 'ack',
    comment,
    ...(durationMs === undefined ? {} : { durationMs }),
  });
  check(
    [
      ...['ack', 'ACK', 'Ack.', 'ack!', 'Acked', "ack'd", 'acking', 'acknowledged', 'Acknowledge'].map(
        (words) => [words, ack(undefined)] as const,
      ),
      ...['*ack*', '**ACK**', '_ack_', '`ack`', '"ack"', '- ack', '> ack'.slice(2), '(ack)', '• ack'].map(
        (words) => [words, { ...one(words), kind: 'ack' as const }] as const,
      ),
      ...['please ack', 'Please, ack', 'pls ack', 'OK, ack', 'I ack', 'yes ack', 'Thanks. Ack.'].map(
        (words) => [words, ack(undefined)] as const,
      ),
      ['Hi team,\n\nack 2h', ack(2 * hour)],
      ['ack 2h', ack(2 * hour)],
      ['ACK 2H', ack(2 * hour)],
      ['Ack for 2 hours.', ack(2 * hour)],
      ['**ack 2h**', ack(2 * hour)],
      ['**ack** 2h', ack(2 * hour)],
      ['ack2h', ack(2 * hour)],
      ['ack, 2 h', ack(2 * hour)],
      ['ack 2hours', ack(2 * hour)],
      ['ack 2 hrs', ack(2 * hour)],
      ['ack 90 min', ack(1.5 * hour)],
      ['ack 1 day', ack(24 * hour)],
      ['ack 1 week', ack(7 * 24 * hour)],
      ['ack for an hour', ack(hour)],
      ['ack 1.5h', ack(1.5 * hour)],
      ['ack 1,5h', ack(1.5 * hour)],
      ['ack: 1h30m', ack(1.5 * hour)],
      ['ack 1h 30m', ack(1.5 * hour)],
      ['2h', ack(2 * hour)],
      ['for 2 hours', ack(2 * hour)],
      ['2h\nwill replace it', ack(2 * hour, 'will replace it')],
      ['ack 1d the rest is\ncomment', ack(24 * hour, 'the rest is\ncomment')],
      ['ack 30m, disk is being replaced', ack(hour / 2, 'disk is being replaced')],
      ['ack disk is being replaced', ack(undefined, 'disk is being replaced')],
      ['ack – disk is being replaced', ack(undefined, '– disk is being replaced')],
      ['ack\n\nwill look', ack(undefined, 'will look')],
      ['ack until the disk is replaced', ack(undefined, 'until the disk is replaced')],
      ['ack 2nd time today', ack(undefined, '2nd time today')],
      ['ack 2 disks', ack(undefined, '2 disks')],
      ['ack 2 months', ack(30 * 24 * hour)],
      ['ack #4521 opened at the vendor', ack(undefined, '#4521 opened at the vendor')],
      ['ack +49 30 1234', ack(undefined, '+49 30 1234')],
      ['ack 0m', ack(60_000)],
      ['ack 365d', ack(30 * 24 * hour)],
      [`ack ${'9'.repeat(400)}w forever`, ack(30 * 24 * hour, 'forever')],
    ],
    one,
  );
});

test('unack gives it back, comment is only a comment.', () => {
  check(
    [
      ['unack', { kind: 'unack', comment: '' }],
      ['UNACK.', { kind: 'unack', comment: '' }],
      ['un ack', { kind: 'unack', comment: '' }],
      ['please unack', { kind: 'unack', comment: '' }],
      ['Unacked', { kind: 'unack', comment: '' }],
      ['Un-Ack: not mine', { kind: 'unack', comment: 'not mine' }],
      ['unacknowledge sorry', { kind: 'unack', comment: 'sorry' }],
      ['unack 2h', { kind: 'unack', comment: '2h' }],
      ['comment the disk is old', { kind: 'comment', comment: 'the disk is old' }],
      ['Comment: ack', { kind: 'comment', comment: 'ack' }],
      ['*comment* ack', { kind: 'comment', comment: 'ack' }],
      ['comment', { kind: 'comment', comment: '' }],
    ],
    one,
  );
});

test('ack until says until when, by the clocks of its author.', () => {
  const until = (iso: string, comment = ''): Command => ({ kind: 'ack', comment, until: new Date(iso) });
  check(
    [
      ['ack until 21:00', until('2026-11-23T21:00:00Z')],
      ['until 21:00', until('2026-11-23T21:00:00Z')],
      ['Until 21:00.', until('2026-11-23T21:00:00Z')],
      ['ack until 21:00 on it', until('2026-11-23T21:00:00Z', 'on it')],
      ['until 21:00\non it', until('2026-11-23T21:00:00Z', 'on it')],
      ['ack till tomorrow 9, then we will see', until('2026-11-24T09:00:00Z', 'then we will see')],
      ['until 2026-12-01 08:00', until('2026-12-01T08:00:00Z')],
      // At most 30 days.
      ['ack until 9999-12-31 23:59', until('2026-12-23T10:00:00Z')],
      ['ack until 10:00', until('2026-11-24T10:00:00Z')],
      ['ack until 10:01', until('2026-11-23T10:01:00Z')],
    ],
    one,
  );
  assert.equal(many('ack 2,5 until 21:00 looking'), {
    ...until('2026-11-23T21:00:00Z', 'looking'),
    numbers: [2, 5],
  });
});

test('In an answer to a mail about several alerts, numbers and all say which.', () => {
  const ack = (numbers: Command['numbers'], durationMs?: number, comment = ''): Command => ({
    kind: 'ack',
    comment,
    ...(numbers ? { numbers } : {}),
    ...(durationMs ? { durationMs } : {}),
  });
  check(
    [
      ['ack all', ack('all')],
      ['Ack All.', ack('all')],
      ['all', ack('all')],
      ['ack all 2h on it', ack('all', 2 * hour, 'on it')],
      ['ack 2h all', ack('all', 2 * hour)],
      ['ack 2,5', ack([2, 5])],
      ['2,5', ack([2, 5])],
      ['2 and 5', ack([2, 5])],
      ['5', ack([5])],
      ['only 2,5', ack([2, 5])],
      ['ack2,5', ack([2, 5])],
      ['ack 2-5', ack([2, 3, 4, 5])],
      ['ack 2 – 5', ack([2, 3, 4, 5])],
      ['ack 2, 5 and #7: looking', ack([2, 5, 7], undefined, 'looking')],
      ['Ack 3-5; 9 1h', ack([3, 4, 5, 9], hour)],
      ['ack 1h 3,4', ack([3, 4], hour)],
      ['ack number 2', ack([2])],
      ['ack alerts 2,5', ack([2, 5])],
      ['ack only 2', ack([2])],
      ['ack 2', ack([2])],
      ['ack 2,2,2', ack([2])],
      ['ack 2h', ack(undefined, 2 * hour)],
      ['ack 2 hours', ack(undefined, 2 * hour)],
      ['ack 2nd time today', ack(undefined, undefined, '2nd time today')],
      ['unack 2 not mine', { kind: 'unack', numbers: [2], comment: 'not mine' }],
      ['unack all', { kind: 'unack', numbers: 'all', comment: '' }],
      ['unack 2,5', { kind: 'unack', numbers: [2, 5], comment: '' }],
      ['ack allow me', ack(undefined, undefined, 'allow me')],
      ['ack 1-9999', ack([1, 9_999])],
      ['ack 7-3', ack([7, 3])],
    ],
    many,
  );
  assert.equal(one('ack 2,5'), { kind: 'ack', comment: '2,5' });
});

test('What may be a command and is not plain does nothing, and is asked back.', () => {
  for (const words of [
    'ack -2h',
    'ack until 25:00',
    'ack until 9:75',
    'ack until 12/01',
    'ack until 2026-02-30',
    'ack until 2020-01-01',
    'until today 8',
    'until today',
    'until -5',
    'ack until 5 disks are replaced',
    'until tomorrow I can do nothing',
    "Don't ack this",
    'I will ack later',
    'I cannot acknowledge that',
    'not acknowledged',
    'nack',
    'akc',
    'unakc',
    'Unakc.',
    'No',
    'nope.',
    'Nein',
    'Not me',
    'unsubscribe',
    'STOP',
    'لا',
    'いいえ',
    'On it.\n\nunack',
    'ack 1h\nunack',
    'Hello everybody\nack 2h',
  ]) {
    const { kind, doubt } = one(words);
    assert.is(kind, 'unclear', words);
    assert.match(doubt ?? '', /^Your reply .*\.$|^The time .*\.$/, words);
  }
  for (const words of [
    'ack 2,999999999',
    'ack -5',
    'ack +5',
    '-5',
    'ack 2 5',
    'ack 99999',
    'ack 1,5h',
    'ack all but 3',
    'ack all except 3',
    'ack 2,5\nack 7 1h',
    '2, 5 are mine',
  ])
    assert.is(many(words).kind, 'unclear', words);
});

test('help asks for the list of commands.', () => {
  for (const words of ['help', 'Help', 'HELP!', 'help?', '*help*', 'help\n\nThanks\nAnna'])
    assert.equal(one(words), { kind: 'help', comment: '' }, words);
});

test('Words that end in a question are a comment, whatever they begin with.', () => {
  for (const words of [
    'Who has this?',
    'ack?',
    'unack?',
    'Is this real??',
    'Really?!',
    'what is this? :)'.slice(0, 13),
    'Can you take it?\n\nThanks',
    'Can you take it?\n\nThanks,\nAnna',
    'Can you take it?\n\nBest regards\nAnna Maria Schmidt',
    'Kannst du das übernehmen?\n\nViele Grüße\nJürgen',
    'これは何ですか？',
    'ما هذا؟',
    '(anyone?)',
    'Can somebody else take this?\n\nKind regards,\nKim Smith\nSenior Engineer | ACME Ltd',
    'Can somebody else take this?\nKim Smith\nSenior Engineer | ACME Ltd\n+49 30 1234567',
    'Is this real?\n\nI am on a train.',
    'Hi all,\n\nis this real?\n\nKim Smith (SRE)',
    'Hello Alex\n\nIs this real?\n\nKim Smith (SRE)',
    'Can somebody else take this? :-)',
    'Can somebody else take this? 🙏',
    'هل هذا حقيقي؟\n\nKim Smith (SRE)',
    '这是真的吗？\n\nKim Smith (SRE)',
    'Είναι αλήθεια;\n\nKim Smith (SRE)',
    'Really⁉',
  ])
    assert.is(one(words).kind, 'comment', words);
  for (const words of [
    'ack, can you look as well?\n\nI am on a train.',
    'ack\n\nWho else?\n\nKim Smith (SRE)',
  ])
    assert.is(one(words).kind, 'ack', words);
  for (const words of ['Who broke it? I am on it.', 'What? Again?\nI am looking now', 'See http://x/?a=1'])
    assert.is(one(words).kind, 'bare', words);
});

test('A thumb up is like a reply without words; a thumb down, a laugh and what is taken back are comments.', () => {
  for (const words of [
    '👍',
    '👍🏽',
    '👍👍',
    '✅',
    '👌',
    '🙏',
    '❤️',
    '🙋‍♀️',
    '[like]  Ops reacted to your message:',
    '[heart] Ops reacted to your message:',
    '👍\n\tOps reacted to your message:',
  ])
    assert.is(one(words).kind, 'bare', words);
  for (const words of [
    '👎',
    '👎🏿',
    '❌',
    '😂',
    '😡',
    '👍👎',
    '[0] Ops reacted to your message:',
    '[laugh] Ops reacted to your message:',
    'Ops reacted to your message:',
  ])
    assert.is(one(words).kind, 'comment', words);
  assert.is(one('👍 on it').kind, 'bare');
  assert.is(one('👍 unack').kind, 'unclear');
});

test('What is quoted is no command.', () => {
  assert.equal(one('> unack\n> ack 2h'), { kind: 'bare', comment: '' });
  assert.equal(one('> Reply to acknowledge?\n\nunack'), { kind: 'unack', comment: '' });
  assert.equal(one('ack\n> who has it?\n'), { kind: 'ack', comment: '' });
});

test('CR, LF and `;` in what a person or an alert wrote cannot alter a header, an SMTP command or a monitor command.', () => {
  assert.is(
    plainLine('a\r\nBcc: evil@example.org;[1] ACKNOWLEDGE;db1\u2028x\u0000\u001b[2Jy\u202e\u0085z', 1_000),
    'a Bcc: evil@example.org,[1] ACKNOWLEDGE,db1 x [2Jy z',
  );
  for (let code = 0; code < 0x3000; code += 1) {
    const line = plainLine(`a${String.fromCharCode(code)}b`, 100);
    assert.not.match(line, /[\p{Cc};\u2028\u2029\u202a-\u202e]/u, code.toString(16));
  }
  assert.is(plainLine('x'.repeat(2_000), 1_000).length, 1_000);
  assert.is(plainLine(`${'x'.repeat(998)}😀😀`, 1_000), `${'x'.repeat(998)}…`);
  assert.is(plainLine('family 👨‍👩‍👧 ok', 100), 'family 👨‍👩‍👧 ok');
});

test('Hostile words are gone through quickly.', () => {
  const startedAt = performance.now();
  for (const words of [
    `ack ${'1h'.repeat(8_000)}x`,
    `ack ${'1 h '.repeat(8_000)}x`,
    `ack ${'1'.repeat(16_000)}`,
    `ack ${'1,'.repeat(8_000)}x`,
    `ack ${'1-9999,'.repeat(3_000)}x`,
    `ack until ${' '.repeat(16_000)}x`,
    `ack until ${'next '.repeat(3_000)}x`,
    `${'please '.repeat(3_000)}ack`,
    `${'ack\n'.repeat(5_000)}`,
    `${'*'.repeat(16_000)}ack`,
    `${'> '.repeat(8_000)}`,
    `${'>\n'.repeat(8_000)}`,
    `${'👍'.repeat(8_000)}x`,
    `${'a?\n'.repeat(5_000)}x`,
    'A'.repeat(16_000),
    `${'A\n'.repeat(8_000)}?`,
    `?${' '.repeat(16_000)}x`,
    `${'?'.repeat(16_000)}x`,
    `thanks${' '.repeat(16_000)}?`,
    'ack '.repeat(250_000),
  ])
    for (const read of [one, many]) read(words);
  assert.ok(performance.now() - startedAt < 1_000, `${performance.now() - startedAt}`);
});

test.run();
