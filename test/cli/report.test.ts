import { lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { register } from '../../src/index.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';

const test = suite<{ dir: string }>('report', { dir: '' });
const settings = {
  accounts: {
    alerts: {
      ...{ mailbox: 'alerts@example.com', grant: 'password', password: 'the-secret-of-the-relay' },
      smtp: { host: '127.0.0.1', port: 9, security: 'none' },
    },
  },
  actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
};

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-report-'));
  await writeFile(join(context.dir, 'ackmail.yaml'), JSON.stringify({ ...settings, dataDir: './data' }));
});
test.after.each(({ dir }) => rm(dir, { recursive: true, force: true }));

async function run(dir: string, ...args: readonly string[]) {
  const terminal = fakeTerminal({ cwd: dir });
  const code = await program(['report', ...args], '0.0.0', terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

test('It is made by the Ackmail that runs, and from the data directory where none does', async ({ dir }) => {
  const host = await createTestHost(settings, dir);
  const plugin = await register(host);
  await plugin.handleAlerts([firedEvent('web1')]);
  const asked = await run(dir, '--since', '1d');
  assert.is(asked.code, 0, asked.err);
  assert.match(asked.out, '1 alert fired; 0 of them acknowledged (0 %), 1 not, of which 1 fires now.');
  await plugin.stop();

  const json = await run(dir, '--format', 'json');
  assert.is(json.code, 0, json.err);
  const report = JSON.parse(json.out);
  assert.equal([report.alerts.fired, report.unacknowledged.firing], [1, 1]);
  assert.is(Date.parse(report.to) - Date.parse(report.from), 7 * 86_400_000);
});

test('--out writes a file that only its owner reads', async ({ dir }) => {
  const { code, out } = await run(dir, '--format', 'html', '--out', 'report.html');
  assert.equal([code, out], [0, '']);
  const file = join(dir, 'report.html');
  assert.match(await readFile(file, 'utf8'), /^<!DOCTYPE html>/);
  assert.is((await stat(file)).mode & 0o777, 0o600);
  await writeFile(join(dir, 'open.txt'), 'old', { mode: 0o644 });
  assert.is((await run(dir, '--out', 'open.txt')).code, 0);
  assert.match(await readFile(join(dir, 'open.txt'), 'utf8'), 'No alert fired');
  assert.is((await stat(join(dir, 'open.txt'))).mode & 0o777, 0o600, 'also over a file that others read');
  await symlink('linked.txt', join(dir, 'link.txt'));
  await writeFile(join(dir, 'linked.txt'), 'old', { mode: 0o644 });
  assert.is((await run(dir, '--out', 'link.txt')).code, 0);
  assert.is((await lstat(join(dir, 'link.txt'))).mode & 0o777, 0o600, 'and in place of a link');
  assert.is(await readFile(join(dir, 'linked.txt'), 'utf8'), 'old', 'which somebody else may have put there');
  await symlink('/dev/null', join(dir, 'null'));
  assert.is((await run(dir, '--out', 'null')).code, 0);
  assert.ok((await stat(join(dir, 'null'))).isCharacterDevice(), 'what is no file stays what it is');
  const nowhere = await run(dir, '--out', 'nowhere/report.txt');
  assert.is(nowhere.code, 1);
  assert.match(nowhere.err, 'Give --out a file in a folder that you may write to.');
});

test('As JSON, no word of a monitor reaches the terminal with its control characters', async ({ dir }) => {
  const host = await createTestHost(settings, dir);
  const plugin = await register(host);
  const fired = firedEvent('web1');
  const name = 'high\u009b31m\u202eest\u2028of all';
  await plugin.handleAlerts([{ ...fired, alert: { ...fired.alert, severity: name, source: name } }]);
  await plugin.stop();
  const { code, out, err } = await run(dir, '--format', 'json');
  assert.is(code, 0, err);
  assert.not.match(out, /[\u007f-\u009f\u202a-\u202e\u2028]/);
  assert.is(JSON.parse(out).alerts.bySeverity[0].name, name);
  await run(dir, '--format', 'json', '--out', 'report.json');
  assert.not.match(await readFile(join(dir, 'report.json'), 'utf8'), /[\u007f-\u009f\u202a-\u202e\u2028]/);
});

test('What is no duration and no format is a wrong call', async ({ dir }) => {
  for (const since of ['x', '7', '-7d', '']) {
    const { code, err } = await run(dir, `--since=${since}`);
    assert.is(code, 2, since);
    assert.match(err, /Such as 24h, 7d or 30d/);
  }
  assert.is((await run(dir, '--format', 'pdf')).code, 2);
  assert.is((await run(dir, '--since', '9999w')).code, 0, 'longer than there is time');
});

test.run();
