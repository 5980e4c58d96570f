import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { startCli } from '../helpers/cli-process.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';

const test = suite<{ dir: string }>('rotate-key');
const key = Buffer.alloc(32, 7).toString('base64');
const settings = {
  accounts: {
    relay: {
      grant: 'password',
      mailbox: 'monitor@example.com',
      password: 'the-password',
      smtp: { host: '127.0.0.1', port: 1, security: 'none' },
    },
  },
  actions: [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] }],
  http: { publicUrl: 'https://monitor.example.com' },
};

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-rotate-'));
  await writeFile(join(context.dir, 'ackmail.yaml'), JSON.stringify(settings));
});

test.after.each(({ dir }) => rm(dir, { recursive: true }));

async function run(dir: string, ...args: string[]) {
  const terminal = fakeTerminal({ cwd: dir });
  const code = await program(args, '0.0.0', terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

test('The command rotates the key by itself, in the file beside the settings or in keyFile', async ({
  dir,
}) => {
  assert.is((await run(dir, 'status')).code, 0);
  for (const file of ['ackmail.key', 'own.key']) {
    await writeFile(join(dir, 'ackmail.yaml'), JSON.stringify({ ...settings, keyFile: file }));
    if (file === 'own.key') await writeFile(join(dir, file), await readFile(join(dir, 'ackmail.key')));
    const before = await readFile(join(dir, file), 'utf8');
    const { code, out, err } = await run(dir, 'rotate-key');
    assert.is(code, 0, err);
    assert.match(out, `with a new key, in ${join(dir, file)}`);
    assert.match(out, 'Copy that file');
    const after = await readFile(join(dir, file), 'utf8');
    assert.is.not(after, before);
    assert.not.match(out + err, after.trim());
    const status = await run(dir, 'status');
    assert.is(status.code, 0);
    assert.not.match(status.out, 'STORE_KEY');
  }
});

test('The Ackmail that runs is asked; a key from its environment it cannot change, and says the steps', async ({
  dir,
}) => {
  const serving = startCli(['serve'], dir, { ACKMAIL_KEY: key });
  try {
    await serving.says('ackmail: ready');
    const { code, out, err } = await run(dir, 'rotate-key');
    assert.is(code, 2);
    assert.is(out, '');
    assert.match(err, 'comes from the environment (ACKMAIL_KEY)');
    assert.match(err, 'openssl rand -base64 32');
    assert.not.match(err, key);
  } finally {
    serving.kill('SIGKILL');
    await serving.ended();
  }
  const next = Buffer.alloc(32, 9).toString('base64');
  const both = startCli(['serve'], dir, { ACKMAIL_KEY: `${next} ${key}` });
  try {
    await both.says('ackmail: ready');
    const status = await run(dir, 'status');
    assert.match(
      status.out,
      'Everything is sealed with the first key of the environment (ACKMAIL_KEY); take the others out',
    );
  } finally {
    both.kill('SIGTERM');
    await both.ended();
  }
  const last = startCli(['serve'], dir, { ACKMAIL_KEY: next });
  try {
    await last.says('ackmail: ready');
    assert.not.match((await run(dir, 'status')).out, 'take the others out');
    assert.not.match((await run(dir, 'status')).out, 'cannot be decrypted');
  } finally {
    last.kill('SIGTERM');
    await last.ended();
  }
});

test.run();
