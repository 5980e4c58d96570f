import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { composeSettings } from '../../src/cli/init/compose-settings.js';
import { readAnswers } from '../../src/cli/init/read-answers.js';
import { writeSettings } from '../../src/cli/init/write-settings.js';
import { program } from '../../src/cli/program.js';
import { loadSettings } from '../../src/settings/load-settings.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';

interface Context {
  dir: string;
}

const test = suite<Context>('init by answers');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-init-test-'));
});

test.after.each(async ({ dir }) => {
  await rm(dir, { recursive: true });
});

const microsoft = {
  provider: 'microsoft365',
  mailbox: 'alerts@contoso.com',
  tenant: 'contoso.com',
  clientId: '2c1f0e6a-0000-0000-0000-000000000000',
  clientSecret: 'the-secret-of-contoso',
  clientSecretExpires: '2028-05-01',
  to: ['ops@contoso.com'],
  alertmanager: { url: 'http://127.0.0.1:9093' },
};

async function answer(dir: string, answers: unknown, ...more: string[]) {
  const text = typeof answers === 'string' ? answers : JSON.stringify(answers);
  await writeFile(join(dir, 'answers.json'), text);
  const terminal = fakeTerminal({ cwd: dir });
  const code = await program(['init', '--answers', 'answers.json', ...more], '0.0.0', terminal);
  const files = (await readdir(dir)).filter((name) => name !== 'answers.json').sort();
  return { code, files, out: terminal.out(), err: terminal.err() };
}

test('Answers become settings that are right, with the secrets in files for their owner alone', async ({
  dir,
}) => {
  const { code, files, out, err } = await answer(dir, microsoft);
  assert.is(code, 0, err);
  assert.equal(files, ['ackmail.yaml', 'alerts.client-secret', 'prod.monitor-secret']);
  for (const name of files) assert.is((await stat(join(dir, name))).mode & 0o777, 0o600, name);
  assert.not.match(out + err, 'the-secret-of-');
  assert.match(out, 'ackmail.yaml is valid: 1 account, 1 action, 1 monitor');
  assert.match(out, `credentials_file: ${join(dir, 'prod.monitor-secret')}`);
  assert.match(
    out,
    /Go on with:\n {2}ackmail authorize alerts\n {2}ackmail test alerts\n {2}ackmail serve\n/,
  );

  const yaml = await readFile(join(dir, 'ackmail.yaml'), 'utf8');
  assert.match(yaml, '# ');
  assert.not.match(yaml, 'the-secret-of-');
  const { settings } = await loadSettings(join(dir, 'ackmail.yaml'), {});
  assert.is(settings.accounts['alerts']?.clientSecret, 'the-secret-of-contoso');
  assert.is(settings.accounts['alerts']?.provider, 'microsoft365');
  assert.match(settings.monitors['prod']?.secret ?? '', /^[\w-]{32}$/);
  assert.is(settings.acknowledgement?.account, 'alerts');
});

test('Every provider and every way to read replies becomes settings that are right', async ({ dir }) => {
  const server = { host: 'mail.example.com', port: 25, security: 'starttls' };
  const basic = { mailbox: 'alerts@example.com', to: ['ops@example.com'] };
  const client = { ...basic, clientId: 'yes', clientSecret: '1e3', user: 'some body: #1' };
  const issuer = 'https://login.example.com/realms/mail';
  const endpoints = { authorizationUrl: `${issuer}/a?x=1&y=#z`, tokenUrl: `${issuer}/t` };
  const cases: readonly object[] = [
    { ...microsoft, provider: 'microsoft365-us', replies: 'pop3' },
    {
      ...microsoft,
      provider: 'microsoft365-china',
      replies: 'no',
      publicUrl: 'https://monitor.example.com/a',
    },
    { ...client, provider: 'google' },
    { ...client, provider: 'google', replies: 'pop3', account: 'mail-2' },
    { ...client, provider: 'generic', issuer, smtp: server, imap: server, authservId: 'mx.example.com' },
    { ...client, provider: 'generic', ...endpoints, scope: 'a: b #c', smtp: server, replies: 'no' },
    {
      ...client,
      ...endpoints,
      provider: 'generic',
      scope: 'x\nadmins: [evil@example.net]',
      smtp: server,
      imap: server,
    },
    { ...basic, provider: 'generic', clientId: 'c', issuer, smtp: server, pop3: server, replies: 'pop3' },
    { ...basic, provider: 'relay', password: 'a: "b" #c \\${env:X}', smtp: server, replies: 'no' },
    { ...basic, provider: 'relay', password: '${file:relay.password}', smtp: server, imap: server },
    {
      ...basic,
      provider: 'relay',
      password: 'p',
      smtp: server,
      pop3: server,
      replies: 'pop3',
      dataDir: './elsewhere',
    },
  ];
  await writeFile(join(dir, 'relay.password'), 'the-secret-of-the-relay\n');
  for (const [number, each] of cases.entries()) {
    const file = `${number}.yaml`;
    const { code, err } = await answer(dir, each, file, '--replace', '--json');
    assert.is(code, 0, `${JSON.stringify(each)}: ${err}`);
    const { settings } = await loadSettings(join(dir, file), {});
    const [account] = Object.values(settings.accounts);
    for (const name of ['user', 'clientId', 'clientSecret', 'scope', 'authorizationUrl'] as const)
      if (name in each)
        assert.is(account?.[name], (each as Record<string, unknown>)[name], `${file} ${name}`);
    assert.equal(settings.admins, []);
    assert.is(settings.acknowledgement !== undefined, !('replies' in each) || each.replies !== 'no', file);
    const checked = fakeTerminal({ cwd: dir });
    assert.is(await program(['check', '--config', file], '0.0.0', checked), 0, checked.err());
  }
});

test('Nothing that is there is replaced without being asked', async ({ dir }) => {
  await writeFile(join(dir, 'alerts.client-secret'), 'precious\n');
  const refused = await answer(dir, microsoft);
  assert.is(refused.code, 2);
  assert.match(refused.err, `${join(dir, 'alerts.client-secret')} is there already.\nMove it away`);
  assert.equal(refused.files, ['alerts.client-secret']);
  assert.is(await readFile(join(dir, 'alerts.client-secret'), 'utf8'), 'precious\n');
  const replaced = await answer(dir, microsoft, '--replace', '--json');
  assert.is(replaced.code, 0, replaced.err);
  const written = JSON.parse(replaced.out) as Record<string, unknown>;
  assert.equal(written, {
    step: 'written',
    file: join(dir, 'ackmail.yaml'),
    secrets: [join(dir, 'alerts.client-secret'), join(dir, 'prod.monitor-secret')],
  });
  assert.is(await readFile(join(dir, 'alerts.client-secret'), 'utf8'), 'the-secret-of-contoso\n');
});

test('Where one file cannot be replaced, all of them are as they were', async ({ dir }) => {
  const secret = join(dir, 'alerts.client-secret');
  const file = join(dir, 'ackmail.yaml');
  await writeFile(secret, 'precious\n', { mode: 0o640 });
  await mkdir(file);
  const refused = await answer(dir, microsoft, '--replace');
  assert.is(refused.code, 2);
  assert.match(refused.err, `${file} cannot be written: `);
  assert.equal(refused.files, ['ackmail.yaml', 'alerts.client-secret']);
  assert.is(await readFile(secret, 'utf8'), 'precious\n');

  // It came while the answers were given.
  await rm(file, { recursive: true });
  await writeFile(file, '# mine\n');
  const answers = { ...(await readAnswers('answers.json', dir)), dataDir: './data' };
  const composed = composeSettings(answers, () => 'the-secret-of-the-webhook');
  let thrown: unknown;
  await writeSettings(file, composed, {}, [secret]).catch((error: unknown) => {
    thrown = error;
  });
  assert.match(String(thrown), `${file} is there, and is not replaced without being asked.`);
  assert.equal((await readdir(dir)).sort(), ['ackmail.yaml', 'alerts.client-secret', 'answers.json']);
  assert.is(await readFile(secret, 'utf8'), 'precious\n');
  assert.is((await stat(secret)).mode & 0o777, 0o640);
  assert.is(await readFile(file, 'utf8'), '# mine\n');
});

test('Answers that are not right leave nothing behind, and are told without a secret', async ({ dir }) => {
  const { tenant: _, ...homeless } = microsoft;
  const cases: readonly (readonly [unknown, RegExp])[] = [
    ['{"clientSecret":"the-secret-of-contoso"', /answers\.json is no JSON/],
    [[], /answers\.json: /],
    [{ ...microsoft, mailbox: 'nobody' }, /mailbox: /],
    [{ ...microsoft, to: [] }, /to: /],
    [{ ...microsoft, colour: 'red' }, /colour/],
    [{ ...microsoft, 'co\u001b[2Jlour\u202e': 'red' }, /co\[2Jlour/],
    [{ ...microsoft, to: ['ops@contoso.com\nadmins: [evil@example.net]'] }, /to\.0: a mail address/],
    [{ ...microsoft, account: '../../etc' }, /account: a name of/],
    [{ ...microsoft, alertmanager: { url: 'http://x', name: '../prod' } }, /alertmanager\.name: a name of/],
    [homeless, /accounts\.alerts\.tenant/],
    [{ ...microsoft, publicUrl: 'http://monitor.example.com' }, /http\.publicUrl: is without https/],
    [{ ...microsoft, clientSecret: '${env:NO_SUCH_THING}' }, /NO_SUCH_THING/],
    [{ ...microsoft, clientSecret: 'a\nb' }, /clientSecret/],
  ];
  for (const [answers, expected] of cases) {
    const { code, files, out, err } = await answer(dir, answers);
    assert.is(code, 2, err);
    assert.match(err, expected);
    assert.ok(err.trim().split('\n').length >= 2, err);
    assert.equal(files, [], err);
    assert.not.match(out + err, 'the-secret-of-');
    assert.not.match(out + err, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  }
  const lost = await answer(dir, microsoft, 'no/such/folder/ackmail.yaml');
  assert.is(lost.code, 2);
  assert.match(lost.err, /cannot be written: .*\nName a file in a folder that is there/);
});

test('Where nobody can be asked it says so, and writes nothing', async ({ dir }) => {
  for (const args of [['init'], ['init', '--json']]) {
    const terminal = fakeTerminal({ cwd: dir });
    assert.is(await program(args, '0.0.0', terminal), 2);
    assert.match(terminal.err(), 'Nobody can be asked here');
    assert.match(terminal.err(), '--answers FILE');
  }
  assert.equal(await readdir(dir), []);
});

test.run();
