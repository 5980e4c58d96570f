import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { startCli } from '../helpers/cli-process.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { freePort } from '../helpers/free-port.js';
import { headerField } from '../helpers/lab.js';
import { startSubmissionServer, type TakenMail } from '../helpers/submission-server.js';
import { until } from '../helpers/until.js';

const secret = 'the-secret-of-the-hook';
const login = { user: 'alerts@example.com', pass: 'the-password' };

interface Context {
  dir: string;
  port: number;
  smtpPort: number;
}

const test = suite<Context>('backup');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-backup-'));
  [context.port, context.smtpPort] = [await freePort(), await freePort()];
  for (const name of ['one', 'two']) await install(context, name);
});

test.after.each(({ dir }) => rm(dir, { recursive: true, force: true }));

/** A folder with the settings of an installation. */
async function install({ dir, port, smtpPort }: Context, name: string): Promise<void> {
  await mkdir(join(dir, name));
  const smtp = { host: '127.0.0.1', port: smtpPort, security: 'none' };
  const settings = {
    accounts: { alerts: { mailbox: login.user, grant: 'password', password: login.pass, smtp } },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
    monitors: { prod: { type: 'alertmanager', url: `http://127.0.0.1:${smtpPort}`, secret } },
    http: { listen: `127.0.0.1:${port}` },
  };
  await writeFile(join(dir, name, 'ackmail.yaml'), JSON.stringify(settings));
}

async function run({ dir }: Context, name: string, ...args: string[]) {
  const terminal = fakeTerminal({ cwd: join(dir, name) });
  const code = await program(args, '0.0.0', terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

const startsAt = new Date().toISOString();

/** Posts as Alertmanager does, again and again until it is taken. */
async function post({ port }: Context, names: readonly string[]): Promise<void> {
  const alerts = names.map((name) => ({
    status: 'firing',
    labels: { alertname: 'DiskFull', instance: name, severity: 'critical' },
    annotations: { summary: `The disk of ${name} is full` },
    startsAt,
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: name,
  }));
  const response = await fetch(`http://127.0.0.1:${port}/monitors/prod`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts }),
  });
  assert.is(response.status, 200, await response.text());
}

/** The alerts that mails tell of, each as often as it was told. */
const named = (mails: readonly TakenMail[]) =>
  mails.flatMap(({ raw }) => /DiskFull on (\w+)/.exec(headerField(raw, 'Subject'))?.[1] ?? []);

/** The alerts that one mail tells of, which may be several. */
async function toldBy({ raw }: TakenMail): Promise<readonly string[]> {
  const { text = '', attachments } = await simpleParser(raw);
  const texts = [text, ...attachments.map(({ content }) => content.toString())];
  return [
    ...new Set(
      texts.flatMap((each) =>
        [...each.matchAll(/The disk of (\w+) is full|DiskFull on (\w+)/g)].map(([, a, b]) => a ?? b ?? ''),
      ),
    ),
  ];
}

test('A backup under load holds one moment; after a restore nothing of it is told before somebody says so.', async (context) => {
  const { dir, smtpPort } = context;
  const target = join(dir, 'backup');
  const first = startCli(['serve'], join(dir, 'one'));
  await first.says('ackmail: ready');
  // No mail server yet: everything waits. Alerts come in all the time.
  let posted = 0;
  let isPosting = true;
  const posting = (async () => {
    for (; isPosting; posted += 5)
      await post(
        context,
        Array.from({ length: 5 }, (_, index) => `a${posted + index}`),
      );
  })();
  await until('some alerts', () => posted >= 50);
  const before = posted;
  const backedUp = await run(context, 'one', 'backup', target);
  assert.is(backedUp.code, 0, backedUp.err);
  assert.match(backedUp.out, `files in ${target}`);
  assert.match(backedUp.out, 'The key is not among them');
  const after = posted + 5;
  await until('more alerts', () => posted >= after + 50);
  isPosting = false;
  await posting;
  assert.equal((await readdir(target)).sort(), ['backup.json', 'data']);
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    assert.is((await stat(path)).mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, path);
    if (entry.isFile()) assert.not.match(await readFile(path, 'utf8'), login.pass);
  }
  assert.not.ok((await readdir(join(dir, 'one/data'))).some((name) => name.startsWith('.snapshot')));

  // The first one tells of everything, and is gone.
  const sink = await startSubmissionServer({ password: login, port: smtpPort });
  await until('all mails', () => new Set(named(sink.mails)).size === posted, 60_000);
  first.kill('SIGKILL');
  await first.ended();
  const told = sink.mails.length;

  await cp(join(dir, 'one/ackmail.key'), join(dir, 'two/ackmail.key'));
  const restored = await run(context, 'two', 'restore', target);
  assert.is(restored.code, 0, restored.err);
  assert.not.match(restored.out, 'The key:');
  const held = Number(/^(\d+) events waited to be told/m.exec(restored.out)?.[1]);
  assert.ok(held >= before && held <= after, `${held} of ${before} to ${after}`);

  const second = startCli(['serve'], join(dir, 'two'));
  try {
    await second.says('ackmail: ready');
    await until('the system error', () =>
      sink.mails.slice(told).some(({ raw }) => /came from a backup wait/.test(raw.replace(/=\r\n/g, ''))),
    );
    // Alertmanager says again what still fires, and something new.
    await post(context, ['a0', 'a1', 'new1']);
    await until('the new alert', () => named(sink.mails.slice(told)).includes('new1'));
    await sleep(500);
    assert.equal(named(sink.mails.slice(told)), ['new1']);
    const status = await run(context, 'two', 'status');
    assert.match(status.out, `${held} of them from a backup, held back`);
    assert.match(status.out, 'ackmail outbox retry --held');

    const sent = await run(context, 'two', 'outbox', 'retry', '--held');
    assert.is(sent.code, 0, sent.err);
    assert.match(sent.out, `${held} events are due now.`);
    const tellings = async () => (await Promise.all(sink.mails.slice(told).map(toldBy))).flat();
    await until('what was held', async () => (await tellings()).length >= held + 1, 60_000);
    assert.is((await tellings()).length, held + 1);
    assert.is(new Set(await tellings()).size, held + 1, 'each once');
    await until(
      'the end of the error',
      async () => !/backup wait/.test((await run(context, 'two', 'status')).out),
    );
    assert.match((await run(context, 'two', 'outbox', 'drop', '--held')).out, 'Nothing of that waits.');
  } finally {
    second.kill('SIGKILL');
    await second.ended();
    await sink.close();
  }
});

test('What is dropped stands in the history, also without a running Ackmail.', async (context) => {
  const { dir } = context;
  const first = startCli(['serve'], join(dir, 'one'));
  await first.says('ackmail: ready');
  await post(context, ['a1', 'a2']);
  first.kill('SIGTERM');
  await first.ended();
  await run(context, 'one', 'backup', join(dir, 'backup'));
  await cp(join(dir, 'one/ackmail.key'), join(dir, 'two/ackmail.key'));
  await run(context, 'two', 'restore', join(dir, 'backup'));
  assert.match((await run(context, 'two', 'status')).out, '2 of them from a backup, held back');
  const dropped = await run(context, 'two', 'outbox', 'drop', '--held', '--yes');
  assert.match(dropped.out, '2 events were dropped, and stand in the history.');
  const [day = ''] = await readdir(join(dir, 'two/data/history'));
  const history = await readFile(join(dir, 'two/data/history', day), 'utf8');
  assert.is(history.match(/"kind":"dropped"/g)?.length, 2);
  assert.not.match((await run(context, 'two', 'status')).out, 'held back');
  assert.is((await run(context, 'two', 'outbox')).code, 2);
});

test('A backup never goes over or into something, and one that is broken off leaves nothing.', async (context) => {
  const { dir } = context;
  await run(context, 'one', 'status');
  await mkdir(join(dir, 'there'));
  await writeFile(join(dir, 'file'), 'mine');
  for (const [folder, words] of [
    [join(dir, 'there'), 'exists; a backup never replaces anything'],
    [join(dir, 'file'), 'exists; a backup never replaces anything'],
    [join(dir, 'one/data/backup'), 'is within the data directory'],
    ['data', 'is within the data directory'],
    [join(dir, 'none/backup'), 'cannot be made'],
  ] as const) {
    const { code, err, out } = await run(context, 'one', 'backup', folder);
    assert.is(code, 2, folder);
    assert.match(err, words);
    assert.is(out, '');
  }
  assert.equal(await readdir(join(dir, 'there')), []);
  assert.is(await readFile(join(dir, 'file'), 'utf8'), 'mine');

  const terminal = fakeTerminal({ cwd: join(dir, 'one') });
  const target = join(dir, 'broken');
  const backingUp = program(['backup', target], '0.0.0', terminal);
  await until('the folder', () =>
    stat(target).then(
      () => true,
      () => false,
    ),
  );
  terminal.signal('SIGINT');
  const code = await backingUp;
  if (code === 0) assert.match(terminal.out(), 'Backed up');
  else {
    assert.is(code, 130);
    assert.not.ok(
      await stat(target).then(
        () => true,
        () => false,
      ),
    );
  }
  assert.not.ok((await readdir(join(dir, 'one/data'))).some((name) => name.startsWith('.snapshot')));
});

test('A restore goes into an empty folder only, and takes whole backups only.', async (context) => {
  const { dir } = context;
  const target = join(dir, 'backup');
  await run(context, 'one', 'status');
  await run(context, 'one', 'backup', target);
  const notEmpty = await run(context, 'one', 'restore', target);
  assert.is(notEmpty.code, 1);
  assert.match(notEmpty.err, 'is not empty; a restore never mixes two');

  const manifest = await readFile(join(target, 'backup.json'), 'utf8');
  for (const [text, words, expected] of [
    [undefined, 'is no whole backup', 2],
    [manifest.slice(0, 20), 'is no whole backup', 2],
    ['[]', 'is no whole backup', 2],
    [manifest.replace('"v": 1', '"v": 2'), 'was written by a newer Ackmail', 1],
  ] as const) {
    await rm(join(target, 'backup.json'), { force: true });
    if (text !== undefined) await writeFile(join(target, 'backup.json'), text);
    const { code, err } = await run(context, 'two', 'restore', target);
    assert.match(err, words);
    assert.is(code, expected);
    assert.not.ok(
      await stat(join(dir, 'two/data')).then(
        () => true,
        () => false,
      ),
    );
  }
  assert.match((await run(context, 'two', 'restore', join(dir, 'file'))).err, 'is no whole backup');
  await writeFile(join(target, 'backup.json'), manifest);

  // One that fails half way leaves the folder as empty as it was.
  const journal = join(target, 'data/journal/000000009999.ndjson');
  await mkdir(join(target, 'data/journal'), { recursive: true });
  await writeFile(journal, '{"v":99}\n');
  const failed = await run(context, 'two', 'restore', target);
  assert.match(failed.err, 'newer Ackmail');
  assert.equal(await readdir(join(dir, 'two/data')), []);
  await rm(journal);

  const withoutKey = await run(context, 'two', 'restore', target);
  assert.is(withoutKey.code, 0, withoutKey.err);
  assert.match(withoutKey.out, 'Nothing waited to be told then.');
  assert.match(withoutKey.out, /The key: .*ackmail\.key.*Put the copy of the key from then back/);
  assert.not.ok((await readdir(join(dir, 'two'))).includes('ackmail.key'), 'none is made');
  await rm(join(dir, 'two/data'), { recursive: true });
  await writeFile(join(dir, 'two/ackmail.key'), Buffer.alloc(32, 3).toString('base64'), { mode: 0o600 });
  assert.match(
    (await run(context, 'two', 'restore', target)).out,
    'has another one than the backup was made with',
  );

  // A restore that was killed is told, and never taken for the whole.
  await writeFile(join(dir, 'two/data/restoring'), '');
  const unfinished = await run(context, 'two', 'status');
  assert.is(unfinished.code, 1);
  assert.match(unfinished.err, 'was not finished');
  const serving = startCli(['serve'], join(dir, 'one'));
  await serving.says('ackmail: ready');
  assert.match((await run(context, 'one', 'restore', target)).err, 'An Ackmail runs on');
  serving.kill('SIGKILL');
  await serving.ended();
});

test.run();
