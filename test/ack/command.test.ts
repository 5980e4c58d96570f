import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readCommand } from '../../src/ack/command.js';
import { plainLine } from '../../src/ack/plain-line.js';

const hour = 3_600_000;

test('A reply without a command is bare, in any language, empty or not.', () => {
  for (const words of [
    '',
    'On it.',
    'Ich kümmere mich darum',
    'Me encargo',
    '対応します',
    '👍',
    'Acknowledgement follows',
    'back in 5',
    'ackermann has it',
    'commented it out',
    'unacked',
  ])
    assert.equal(readCommand(words), { kind: 'bare', comment: words }, words);
});

test('A leading ack takes it, with or without a time and a comment.', () => {
  for (const [words, durationMs, comment] of [
    ['ack', undefined, ''],
    ['ACK', undefined, ''],
    ['Ack.', undefined, ''],
    ['Acked', undefined, ''],
    ['acknowledged', undefined, ''],
    ['ack 2h', 2 * hour, ''],
    ['ack 2H', 2 * hour, ''],
    ['ack: 1h30m', 1.5 * hour, ''],
    ['ack 1d the rest is\ncomment', 24 * hour, 'the rest is\ncomment'],
    ['ack 30m, disk is being replaced', hour / 2, 'disk is being replaced'],
    ['ack disk is being replaced', undefined, 'disk is being replaced'],
    ['ack\n\nwill look', undefined, 'will look'],
    ['ack 2hours', undefined, '2hours'],
    ['ack 0m', 60_000, ''],
    ['ack 365d', 30 * 24 * hour, ''],
    [`ack ${'9'.repeat(400)}w forever`, 30 * 24 * hour, 'forever'],
  ] as const)
    assert.equal(
      readCommand(words),
      { kind: 'ack', ...(durationMs === undefined ? {} : { durationMs }), comment },
      words,
    );
});

test('unack gives it back, comment is only a comment.', () => {
  assert.equal(readCommand('unack'), { kind: 'unack', comment: '' });
  assert.equal(readCommand('Un-Ack: not mine'), { kind: 'unack', comment: 'not mine' });
  assert.equal(readCommand('unacknowledge sorry'), { kind: 'unack', comment: 'sorry' });
  assert.equal(readCommand('comment the disk is old'), { kind: 'comment', comment: 'the disk is old' });
  assert.equal(readCommand('Comment: ack'), { kind: 'comment', comment: 'ack' });
});

test('In an answer to a mail about several alerts, numbers and all say which.', () => {
  const hourMs = 3_600_000;
  const rows: readonly [string, ReturnType<typeof readCommand>][] = [
    ['ack all', { kind: 'ack', numbers: 'all', comment: '' }],
    ['ack all 2h on it', { kind: 'ack', numbers: 'all', durationMs: 2 * hourMs, comment: 'on it' }],
    ['ack 2,5', { kind: 'ack', numbers: [2, 5], comment: '' }],
    ['ack 2, 5 and #7: looking', { kind: 'ack', numbers: [2, 5, 7], comment: 'looking' }],
    ['Ack 3-5; 9 1h', { kind: 'ack', numbers: [3, 4, 5, 9], durationMs: hourMs, comment: '' }],
    ['ack 2', { kind: 'ack', numbers: [2], comment: '' }],
    ['ack 2h', { kind: 'ack', durationMs: 2 * hourMs, comment: '' }],
    ['ack 2nd time today', { kind: 'ack', comment: '2nd time today' }],
    ['unack 2 not mine', { kind: 'unack', numbers: [2], comment: 'not mine' }],
    ['unack all', { kind: 'unack', numbers: 'all', comment: '' }],
    ['ack allow me', { kind: 'ack', comment: 'allow me' }],
    ['ack 1-9999', { kind: 'ack', numbers: [1, 9_999], comment: '' }],
  ];
  for (const [words, command] of rows) assert.equal(readCommand(words, 20), command, words);
  assert.equal(readCommand('ack 2,5'), { kind: 'ack', comment: '2,5' });
});

test('Words that end in a question are a comment, whatever they begin with.', () => {
  for (const words of [
    'Who has this?',
    'ack?',
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
  ])
    assert.is(readCommand(words).kind, 'comment', words);
  for (const words of ['Who broke it? I am on it.', 'What? Again?\nI am looking now', 'See http://x/?a=1'])
    assert.is(readCommand(words).kind, 'bare', words);
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
    `${'a?\n'.repeat(5_000)}x`,
    'A'.repeat(16_000),
    `${'A\n'.repeat(8_000)}?`,
    `?${' '.repeat(16_000)}x`,
    `${'?'.repeat(16_000)}x`,
    `thanks${' '.repeat(16_000)}?`,
  ])
    readCommand(words);
  assert.ok(performance.now() - startedAt < 500, `${performance.now() - startedAt}`);
});

test.run();
