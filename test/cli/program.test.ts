import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';

const valid = `
accounts:
  relay: { grant: password, mailbox: monitor@example.com, password: '\${env:RELAY}', smtp: { host: 127.0.0.1, security: none } }
actions:
  - { name: ops, type: email, account: relay, to: [ops@example.com] }
monitors:
  prod: { type: alertmanager, url: 'http://127.0.0.1:9093', secret: '\${file:hook.secret}' }
http: { listen: '127.0.0.1:8025' }
`;

async function run(
  args: readonly string[],
  yaml?: string,
  env: Record<string, string> = { RELAY: 'PASSWORD' },
) {
  const cwd = await mkdtemp(join(tmpdir(), 'ackmail-cli-'));
  try {
    await writeFile(join(cwd, 'hook.secret'), 'HOOK\n');
    if (yaml !== undefined) await writeFile(join(cwd, 'ackmail.yaml'), yaml);
    const terminal = fakeTerminal({ cwd, env });
    const code = await program(args, '1.2.3', terminal);
    return { code, out: terminal.out(), err: terminal.err() };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test('check says that settings are right, and counts', async () => {
  const { code, out, err } = await run(['check'], valid);
  assert.is(err, '');
  assert.match(out, 'ackmail.yaml is valid: 1 account, 1 action, 1 monitor');
  assert.match(out, 'Warning: If the account relay fails, nobody can be told');
  assert.is(code, 0);
});

test('check warns of passwords that cross the network as they are', async () => {
  const hash = `scrypt:16384:8:1:${'A'.repeat(22)}:${'A'.repeat(43)}`;
  const warned = async (http: string) => {
    const { code, out, err } = await run(['check'], valid.replace(/http: .*/, `http: ${http}`));
    assert.is(code, 0, err);
    return out.includes('Passwords of the console can be read along');
  };
  const users = `users: { anna@example.com: '${hash}' }`;
  assert.ok(await warned(`{ listen: '0.0.0.0:8025', ${users} }`));
  for (const listen of ['127.0.0.1:8025', 'localhost:8025', '[::1]:8025'])
    assert.not.ok(await warned(`{ listen: '${listen}', ${users} }`));
  assert.not.ok(
    await warned(`{ listen: '0.0.0.0:8025', publicUrl: 'https://monitor.example.com', ${users} }`),
  );
  assert.not.ok(await warned("{ listen: '0.0.0.0:8025' }"));
});

test('check says what is wrong with the users and proxies of the console', async () => {
  for (const [http, words] of [
    ['users: { anna: secret }', 'http.users.anna: is not what `ackmail console --password` prints'],
    [
      `users: { anna: 'scrypt:3:8:1:${'A'.repeat(22)}:${'A'.repeat(43)}' }`,
      '`ackmail console --password` prints',
    ],
    ['users: { " ": x }', 'a name of one line'],
    ['proxies: { addresses: [] }', 'http.proxies.addresses'],
    ['proxies: { addresses: [proxy.example.com] }', 'is not an IP address, or a range such as 10.0.0.0/24'],
    ['proxies: { addresses: [10.0.0.0/33] }', 'is not an IP address, or a range'],
    ['proxies: { addresses: [10.0.0.1], userHeader: "x y" }', 'is not the name of a header field'],
  ] as const) {
    const yaml = valid.replace(/http: .*/, `http: { listen: '127.0.0.1:8025', ${http} }`);
    const { code, err } = await run(['check'], yaml);
    assert.is(code, 2, http);
    assert.match(err, words);
  }
});

test('check tries the mail templates, and names file and line of what does not work', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'ackmail-cli-'));
  try {
    await mkdir(join(cwd, 'look'));
    await writeFile(join(cwd, 'hook.secret'), 'HOOK\n');
    const yaml = valid.replace('to: [ops@example.com]', 'to: [ops@example.com], templates: ./look');
    await writeFile(join(cwd, 'ackmail.yaml'), yaml);
    const check = async (source: string) => {
      await writeFile(join(cwd, 'look', 'html.liquid'), source);
      const terminal = fakeTerminal({ cwd, env: { RELAY: 'PASSWORD' } });
      return { code: await program(['check'], '1.2.3', terminal), err: terminal.err() };
    };
    assert.equal(await check('<p>{{ first_line }}</p>'), { code: 0, err: '' });
    const { code, err } = await check('<p>\n{{ first_line }}\n{% if owner %}</p>');
    assert.is(code, 2);
    assert.match(err, `${join(cwd, 'look', 'html.liquid')} does not work`);
    assert.match(err, /: line 3: .*not closed\nMend it/);
    assert.equal((await readdir(cwd)).sort(), ['ackmail.yaml', 'hook.secret', 'look']);
  } finally {
    await rm(cwd, { recursive: true });
  }
});

test('What is wrong with settings names line, path and remedy, and ends with 2', async () => {
  const cases: readonly [string, RegExp][] = [
    [valid.replace('to: [ops', 'too: [ops'), /ackmail\.yaml:5: actions\.0\.too: there is no such setting/],
    [valid.replace('[ops@example.com]', '7'), /ackmail\.yaml:5: actions\.0\.to/],
    [
      valid.replace('account: relay', 'account: rely'),
      /ackmail\.yaml:5: actions\.0\.account: there is no account rely/,
    ],
    [valid.replace('hook.secret', 'no.secret'), /monitors\.prod\.secret.*no\.secret/],
    ['accounts: [', /ackmail\.yaml:/],
    ['', /accounts/],
  ];
  for (const [yaml, expected] of cases) {
    const { code, err, out } = await run(['check'], yaml);
    assert.is(code, 2, yaml);
    assert.match(err, expected);
    assert.is(out, '');
    assert.ok(err.trim().split('\n').length >= 2, 'a remedy follows');
    assert.not.match(err, /\n\s+at /);
  }
  const { code, err } = await run(['check'], valid, {});
  assert.is(code, 2);
  assert.match(err, 'RELAY');
});

test('Settings that are not there are told with where they were looked for', async () => {
  for (const verb of [['check'], ['serve'], ['status'], ['test', 'x'], ['authorize', 'x']]) {
    const { code, err } = await run(verb);
    assert.is(code, 2);
    assert.match(err, '/etc/ackmail/ackmail.yaml');
    assert.match(err, '--config');
  }
  const { code, err } = await run(['check', '--config', 'other.yaml']);
  assert.is(code, 2);
  assert.match(err, 'other.yaml');
});

test('A wrong call ends with 2, help and version with 0', async () => {
  for (const args of [['fly'], ['authorize'], ['check', '--nonsense'], ['check', 'extra'], []]) {
    const { code, err } = await run(args, valid);
    assert.is(code, 2, args.join(' '));
    assert.ok(err.length > 0);
  }
  const help = await run(['--help']);
  assert.is(help.code, 0);
  for (const verb of ['serve', 'check', 'authorize', 'test', 'status']) assert.match(help.out, verb);
  assert.is((await run(['--version'])).out, '1.2.3\n');
});

test('A client secret whose end nobody knows is a warning, where secrets end', async () => {
  const yaml = (provider: string, more: string) => `accounts:
  alerts: { provider: ${provider}, mailbox: alerts@example.com, clientId: c, clientSecret: s${more} }
actions: [{ name: chat, type: webhook, url: 'https://chat.example.com/' }]
http: { listen: '127.0.0.1:8025' }
`;
  const warned = async (provider: string, more: string) => {
    const { code, out, err } = await run(['check'], yaml(provider, more));
    assert.is(code, 0, err);
    return out.includes('When the client secret of the account alerts ends is not in the settings');
  };
  assert.ok(await warned('microsoft365', ', tenant: contoso.com'));
  assert.not.ok(await warned('microsoft365', ', tenant: contoso.com, clientSecretExpires: 2028-05-01'));
  assert.not.ok(await warned('google', ''));
});

test('A URL or a secret is not taken from the arguments', async () => {
  const pasted = 'http://localhost:8025/oauth/callback?code=CODE&state=STATE';
  const { code, err, out } = await run(['authorize', 'relay', pasted], valid);
  assert.is(code, 2);
  assert.not.match(out + err, 'CODE');
});

test.run();
