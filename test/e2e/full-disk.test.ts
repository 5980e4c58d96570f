import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Fault } from '../../src/core/fault.js';
import { register, type SystemError } from '../../src/index.js';
import { controlSocketPath } from '../../src/store/control-socket-path.js';
import { isListening } from '../../src/store/is-listening.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { alertsMailbox, headerField } from '../helpers/lab.js';
import { mountSmallDisk, type SmallDisk } from '../helpers/small-disk.js';
import { firing, startAckmail } from '../helpers/start-ackmail.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

interface Context {
  disk: SmallDisk;
  /** Run at the end, the last one first. */
  readonly ends: (() => unknown)[];
}

const login = { user: alertsMailbox, pass: 'the-secret-of-the-relay' };
const test = suite<Context>('full disk', { disk: {} as SmallDisk, ends: [] });

test.before.each(async (context) => {
  context.disk = await mountSmallDisk(4_096);
  context.ends.push(() => context.disk.remove());
});

test.after.each(async ({ ends }) => {
  for (const end of ends.splice(0).reverse()) await end();
});

const account = (port: number) => ({
  ...{ grant: 'password', mailbox: alertsMailbox, password: login.pass },
  smtp: { host: '127.0.0.1', port, security: 'none' },
});
const alerts = (...names: string[]) => JSON.stringify({ alerts: names.map(firing) });

/** A host whose mail server is away; its data directory is the test's to choose. */
async function aHost(ends: Context['ends']) {
  const host = await createTestHost({
    accounts: { alerts: account(9) },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
  });
  ends.push(() => host.remove());
  return host;
}

/** Ackmail on the small disk, a mail server, and what was said. */
async function start({ disk, ends }: Context, smtpPort?: number) {
  const server = await startSubmissionServer({ password: login });
  ends.push(() => server.close());
  const clock = fakeClock(new Date());
  const said: string[] = [];
  const say = (facts: object, message: string) => said.push(`${JSON.stringify(facts)} ${message}`);
  const log = { debug() {}, info() {}, warn: say, error: say };
  const ackmail = await startAckmail(ends, account(smtpPort ?? server.port), clock, {
    ...{ log, dataDir: join(disk.dir, 'data') },
  });
  const named = () => server.mails.map(({ raw }) => / on (\S+)/.exec(headerField(raw, 'Subject'))?.[1] ?? '');
  const errors = () => ackmail.plugin.reportHeader().json.map(({ code }) => code);
  const settled = () =>
    until('settlement', async () => {
      await clock.forward(10_000);
      return (await ackmail.plugin.status()).actions.every(({ waiting }) => waiting === 0);
    });
  return { ...ackmail, clock, said, named, errors, settled };
}

for (const [name, close, open] of [
  ['A full disk', (disk: SmallDisk) => disk.fill(), (disk: SmallDisk) => disk.free()],
  [
    'A disk that becomes read-only',
    (disk: SmallDisk) => disk.setReadOnly(true),
    (disk: SmallDisk) => disk.setReadOnly(false),
  ],
] as const)
  test(`${name} refuses alerts with 503 and says so; when it can be written again, everything goes on by itself.`, async (context) => {
    const { disk } = context;
    const { plugin, post, clock, said, named, errors, settled } = await start(context);
    assert.is((await post(alerts('before'))).status, 200);
    await settled();
    // A file of the journal that is open may have room for more.
    await until('rest', async () => {
      await clock.forward(5_000);
      return (await readdir(join(disk.dir, 'data', 'journal'))).length === 0;
    });

    await close(disk);
    for (const each of ['db1', 'db2', 'db3']) {
      const { status, text } = await post(alerts(each));
      assert.is(status, 503, text);
      assert.match(text, 'The alerts could not be written to disk; send them again.');
    }
    await clock.forward(120_000);
    assert.equal(errors(), ['STORE_UNWRITABLE']);
    const { systemErrors } = await plugin.status();
    assert.is(systemErrors[0]?.severity, 'critical');
    assert.match(systemErrors[0]?.message ?? '', disk.dir);
    assert.ok(
      said.some((line) => /STORE_UNWRITABLE.*(ENOSPC|EROFS)/.test(line)),
      said.join(),
    );
    const health = await plugin.fetch(new Request('http://127.0.0.1/healthz'));
    assert.is(health.status, 503);

    await open(disk);
    // Alertmanager tries again what was refused.
    for (const each of ['db1', 'db2', 'db3']) assert.is((await post(alerts(each))).status, 200, each);
    await settled();
    await until('the end of the error', async () => {
      await clock.forward(60_000);
      return errors().length === 0;
    });
    const told = named().filter((each) => each !== '');
    for (const each of ['before', 'db1', 'db2', 'db3'])
      assert.is(told.filter((one) => one === each).length, 1, `${each} in ${told}`);
  });

test('What was accepted before the disk was full arrives, also after a restart on the full disk.', async (context) => {
  const { disk, ends } = context;
  const server = await startSubmissionServer({ password: login });
  ends.push(() => server.close());
  const clock = fakeClock(new Date());
  const dataDir = join(disk.dir, 'data');
  const deaf = await startAckmail(ends, account(9), clock, { dataDir });
  const names = Array.from({ length: 20 }, (_, index) => `db${index}`);
  assert.is((await deaf.post(alerts(...names))).status, 200);
  await disk.fill();
  // The page that is begun has room for some more; they are accepted, and count.
  while ((await deaf.post(alerts(`db${names.length}`))).status === 200) names.push(`db${names.length}`);
  await Promise.all(
    ends
      .splice(3)
      .reverse()
      .map((end) => end()),
  );

  const back = await startAckmail(ends, account(server.port), clock, { dataDir });
  const raised: string[] = [];
  back.events.on('system-error', ({ code }: SystemError) => raised.push(code));
  assert.is((await back.plugin.status()).actions[0]?.waiting, names.length);
  assert.is((await back.post(alerts('refused'))).status, 503);
  await disk.free();
  await until('all mails', async () => {
    await clock.forward(10_000);
    return (await back.plugin.status()).actions.every(({ waiting }) => waiting === 0);
  });
  const subjects = server.mails.map(({ raw }) => headerField(raw, 'Subject'));
  for (const name of names)
    assert.is(
      subjects.filter((subject) => subject.endsWith(` on ${name}`) || subject.includes(` on ${name} `))
        .length,
      1,
      name,
    );
  assert.is((await back.post(alerts('refused'))).status, 200);
});

test('Stopped on a disk that has become read-only it ends all the same, and starts again when it can be written.', async ({
  disk,
  ends,
}) => {
  const host = await aHost(ends);
  const dataDir = join(disk.dir, 'data');
  const plugin = await register({ ...host, dataDir });
  await plugin.start();
  const socket = await controlSocketPath(dataDir);
  assert.ok(await isListening(socket));
  await disk.setReadOnly(true);
  await plugin.stop();
  assert.not(await isListening(socket));
  await disk.setReadOnly(false);
  const again = await register({ ...host, dataDir });
  assert.ok(await isListening(socket));
  await again.stop();
  assert.not((await readdir(dataDir)).includes(basename(socket)));
});

test('A data directory that is read-only refuses the start, and the error names it.', async ({
  disk,
  ends,
}) => {
  const host = await aHost(ends);
  // The control socket of a directory with a long path stands elsewhere.
  for (const name of ['data', 'a-long-name-'.repeat(10)]) {
    const dataDir = join(disk.dir, name);
    await mkdir(dataDir, { mode: 0o700 });
    await (await register({ ...host, dataDir })).stop();
    await disk.setReadOnly(true);
    try {
      await (await register({ ...host, dataDir })).stop();
      assert.unreachable('It started.');
    } catch (thrown) {
      assert.ok(thrown instanceof Fault, String(thrown));
      assert.is(thrown.code, 'STORE_UNWRITABLE');
      assert.match(thrown.message, dataDir);
      assert.match(thrown.message, 'EROFS');
    }
    await disk.setReadOnly(false);
    await (await register({ ...host, dataDir })).stop();
  }
});

test.run();
