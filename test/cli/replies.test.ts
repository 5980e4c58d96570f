import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { systemClock } from '../../src/core/clock.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { writeReply } from '../helpers/lab.js';
import { type Story, startStory } from '../helpers/story.js';
import { until } from '../helpers/until.js';

const ann = 'ann@example.com';
const test = suite<{ story: Story | undefined; folder: string }>('replies', { story: undefined, folder: '' });

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'ackmail-replies-'));
});
test.after.each(async (context) => {
  await context.story?.end();
  context.story = undefined;
  await rm(context.folder, { recursive: true, force: true });
});

/** A plugin that runs, with a settings file beside it for the command. */
async function begin(context: { story: Story | undefined }): Promise<Story> {
  const actions = [{ name: 'ops', type: 'email', account: 'alerts', to: [ann] }];
  const story = await startStory({ actions, timeZone: 'Europe/Berlin' });
  context.story = story;
  const { settingsDir = '', settings } = story.host;
  const yaml = { ...(settings as object), dataDir: './data' };
  await writeFile(join(settingsDir, 'ackmail.yaml'), JSON.stringify(yaml));
  return story;
}

async function run(story: Story | string, args: readonly string[], input?: string | Buffer) {
  const cwd = typeof story === 'string' ? story : (story.host.settingsDir ?? '');
  const terminal = fakeTerminal({ cwd, clock: typeof story === 'string' ? systemClock : story.clock });
  if (input !== undefined) terminal.stdin.end(input);
  const code = await program(args, '0.0.0', terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

const explain = async (story: Story | string, input: string | Buffer, ...more: string[]) =>
  JSON.parse((await run(story, ['explain-reply', '-', '--json', ...more], input)).out);

test('An operator sees why each reply counted or did not, the newest first, with and without a running Ackmail.', async (context) => {
  const story = await begin(context);
  await story.fires('db1');
  const mail = await story.mail(ann);
  await story.replies(ann, mail, 'ack 2h on it \u001b[2J');
  await story.at('03:10');
  const list = async (...args: string[]) => (await run(story, ['replies', ...args])).out;
  const lines = async (...args: string[]) =>
    (await list('--json', ...args))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  story.writes('evil@example.org', mail, 'ack');
  await until('the refusal', async () => (await lines()).length === 2);
  const [refused, taken] = await lines();
  assert.is(refused.verdict, 'refused');
  assert.match(refused.reason, /neither a recipient/);
  assert.is(refused.sender, 'evil@example.org');
  assert.equal(
    [taken.verdict, taken.outcome, taken.sender, taken.command, taken.reference.carrier, taken.firstLine],
    [
      'acknowledge',
      'acknowledged',
      ann,
      { kind: 'ack', durationMs: 7_200_000 },
      'in-reply-to',
      'ack 2h on it \u001b[2J',
    ],
  );
  assert.match(taken.subject, /DiskFull on db1/);
  assert.is(taken.expiresAt, '2026-03-02T05:00:00.000Z');

  const text = await list();
  assert.match(text, /^Mon 2 Mar 2026, 04:10 CET {2}evil@example\.org\n {2}refused: the sender is neither/);
  assert.match(
    text,
    'Mon 2 Mar 2026, 04:00 CET  ann@example.com\n  acknowledge until Mon 2 Mar 2026, 06:00 CET: it',
  );
  assert.match(text, 'command:    ack, for 2 h');
  assert.not.match(text, /[\u0000-\u0009\u000b-\u001f]/);
  assert.is((await lines('--from', 'EVIL')).length, 1);
  assert.is((await lines('--alert', 'diskfull')).length, 2);
  assert.is((await lines('--alert', 'nothing')).length, 0);
  assert.is((await lines('--since', '5m')).length, 1);
  assert.match(await list('-n', '1'), /\n1 more before; -n shows more of them\n$/);
  assert.match(await list('--from', 'nobody'), /^No such reply was read\./);
  assert.is((await run(story, ['replies', '--since', 'x'])).code, 2);

  await story.plugin().stop();
  assert.is(await list(), text);
});

test('explain-reply says how a raw mail would be judged and why, and changes nothing.', async (context) => {
  const story = await begin(context);
  await story.fires('db1');
  await story.settled();
  const mail = await story.mail(ann);
  const reply = (words: string, from = ann, header: string[] = []) =>
    writeReply(mail, words, { from, header });
  const plain = await explain(story, reply('On it.'));
  assert.is(plain.automatic, undefined);
  assert.equal(
    [plain.sender, plain.ownText, plain.firstLine, plain.command, plain.verdict, plain.reason, plain.unknown],
    [ann, 'On it.', 'On it.', { kind: 'bare' }, 'acknowledge', 'it is a reply to the alert', []],
  );
  assert.is(plain.reference.carrier, 'in-reply-to');
  assert.match(plain.subject, /DiskFull on db1/);

  // What is refused by its header is read here all the same.
  const automatic = await explain(story, reply('ack 1h', ann, ['Auto-Submitted: auto-replied']));
  assert.equal(
    [automatic.verdict, automatic.automatic, automatic.command.kind],
    ['refused', 'Auto-Submitted', 'ack'],
  );
  const stranger = await explain(story, reply('ack', 'evil@example.org'));
  assert.match(stranger.reason, /neither a recipient/);
  assert.is(stranger.kind, 'stranger');
  assert.is(stranger.ownText, 'ack');
  const question = await explain(story, reply("Don't ack this"));
  assert.is(question.verdict, 'question');
  assert.match(question.question, /Nothing was done/);
  const unrelated = await explain(story, `From: ${ann}\r\nSubject: Lunch\r\n\r\nack 2h\r\n`);
  assert.is(unrelated.verdict, 'ignored');
  assert.equal([unrelated.sender, unrelated.command.kind], [ann, 'ack']);

  await story.settled();
  assert.equal(story.host.acknowledged, []);
  assert.is((await run(story, ['replies', '--json'])).out, '');
  assert.is((await story.plugin().status()).alerts.firing, 1);

  await story.plugin().stop();
  const folder = story.host.settingsDir ?? '';
  await writeFile(join(folder, 'reply.eml'), reply('On it.').replaceAll('\r\n', '\n'));
  const offline = await run(story, ['explain-reply', 'reply.eml']);
  assert.is(offline.code, 0);
  assert.match(
    offline.out,
    /^acknowledge until .*: it is a reply to the alert\n {2}automatic: {2}no sign of it\n {2}answers: {4}\[CRITICAL\] DiskFull on db1.*, by in-reply-to\)\n/,
  );
});

test('Without settings, mails or a sender the rest is explained, and what is not known is said.', async ({
  folder,
}) => {
  const text = await explain(folder, 'ack 2,5 2h\n\n-- \nAnn\n', '--text', '--alerts', '9');
  assert.equal([text.verdict, text.ownText], ['acknowledge', 'ack 2,5 2h']);
  assert.equal(text.command, { kind: 'ack', numbers: [2, 5], durationMs: 7_200_000 });
  assert.match(text.unknown.join(), /mail about 9 alerts/);
  const bare = await explain(folder, 'On it.', '--text', '--alerts', '11');
  assert.is(bare.verdict, 'question');
  const mail = await explain(folder, `From: Ann <${ann}>\nSubject: Re: x\n\nWho has this?\n`);
  assert.equal([mail.verdict, mail.sender, mail.command.kind], ['comment', ann, 'comment']);
  assert.match(mail.unknown.join(), /Nothing is known here of the mails/);
  const old = `From: ${ann}\nDate: Tue, 03 Mar 2020 20:00:00 +0100\n\nack until 21:00\n`;
  assert.is((await explain(folder, old)).expiresAt, '2020-03-03T20:00:00.000Z');
  const away = await explain(folder, `From: ${ann}\nAuto-Submitted: auto-replied\n\nI am away\n`);
  assert.equal([away.verdict, away.automatic], ['refused', 'Auto-Submitted']);
  // Settings alone make no data directory.
  const settings = {
    accounts: {
      alerts: {
        mailbox: 'me@example.com',
        grant: 'password',
        password: 'x',
        imap: { host: '127.0.0.1', security: 'none' },
        smtp: { host: '127.0.0.1', security: 'none' },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [ann] }],
    acknowledgement: { account: 'alerts' },
  };
  await writeFile(join(folder, 'ackmail.yaml'), JSON.stringify(settings));
  const own = await explain(folder, 'From: me@example.com\n\nack\n');
  assert.match(own.reason, /our own address/);
  assert.equal(await readdir(folder), ['ackmail.yaml']);
});

test('What is hostile is explained without harm: no end, no form, escape sequences.', async ({ folder }) => {
  const long = await explain(
    folder,
    Buffer.concat([Buffer.from(`From: ${ann}\n\nack `), Buffer.alloc(3_000_000, 'x')]),
  );
  assert.match(long.unknown.join(), /first megabyte/);
  assert.ok(long.ownText.length <= 2_000);
  assert.is((await run(folder, ['explain-reply', '/dev/zero', '--json'])).code, 0);
  for (const input of [
    '',
    '\n',
    '\u0000\u0001',
    Buffer.from([0xff, 0xfe, 0x80]),
    'a'.repeat(100_000),
    'x: y\n'.repeat(200_000),
  ])
    assert.is((await run(folder, ['explain-reply', '-'], input)).code, 0);
  const escapes = `From: ${ann}\n\nack \u001b]0;x\u0007\u009b31m \u202egpj\n`;
  const shown = await run(folder, ['explain-reply', '-'], escapes);
  assert.not.match(shown.out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.not.match(
    (await run(folder, ['explain-reply', '-', '--json'], escapes)).out,
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/,
  );
  assert.is((await run(folder, ['explain-reply', 'nowhere.eml'])).code, 2);
  assert.is((await run(folder, ['explain-reply', folder])).code, 2);
  assert.is((await run(folder, ['explain-reply', '-', '--alerts', '0'], '')).code, 2);
  assert.is((await run(folder, ['explain-reply', '-', '--alerts', '1001'], '')).code, 2);
  assert.is((await run(folder, ['explain-reply', '-', '-c', 'nowhere.yaml'], 'x')).code, 2);
});

test.run();
