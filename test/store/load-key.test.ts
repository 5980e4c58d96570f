import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KeySources, loadKey } from '../../src/store/load-key.js';
import { faultOf, inDataFolder } from './data-folder.js';

const keys = Array.from({ length: 4 }, () => randomBytes(32));
const [first, second, third, fourth] = keys.map((key) => key.toString('base64'));

test('ACKMAIL_KEY, then keyFile, then the credential, then the default file', () =>
  inDataFolder(async (dir) => {
    await mkdir(dir);
    const [keyFile, credential, defaultFile] = ['named', 'ackmail-key', 'ackmail.key'].map((file) =>
      join(dir, file),
    );
    if (!keyFile || !credential || !defaultFile) throw new Error('no paths');
    await writeFile(keyFile, `${second}\n`, { mode: 0o600 });
    await writeFile(credential, `${third}\r\n`, { mode: 0o400 });
    await writeFile(defaultFile, `${fourth}`, { mode: 0o600 });
    const env = { ACKMAIL_KEY: first, CREDENTIALS_DIRECTORY: dir };
    const noKey = { CREDENTIALS_DIRECTORY: dir };
    const found = async (sources: KeySources) => {
      const { key, olderKeys, origin } = await loadKey(sources);
      assert.equal(olderKeys, []);
      return { key, ...origin };
    };
    const environment = 'the environment (ACKMAIL_KEY)';
    assert.equal(await found({ env, keyFile, defaultFile }), { key: keys[0], name: environment });
    const named = { key: keys[1], name: keyFile, file: keyFile };
    assert.equal(await found({ env: noKey, keyFile, defaultFile }), named);
    const systemd = { key: keys[2], name: 'the systemd credential ackmail-key' };
    assert.equal(await found({ env: noKey, defaultFile }), systemd);
    const beside = { key: keys[3], name: defaultFile, file: defaultFile };
    assert.equal(await found({ env: { CREDENTIALS_DIRECTORY: join(dir, 'none') }, defaultFile }), beside);
    assert.equal(await found({ env: {}, defaultFile }), beside);
  }));

test('older keys stand behind the one that seals, with white space between them', () =>
  inDataFolder(async (dir) => {
    await mkdir(dir);
    const defaultFile = join(dir, 'ackmail.key');
    await writeFile(defaultFile, `${third}\n${second}\n\n ${first}\n`, { mode: 0o600 });
    for (const sources of [
      { env: {}, defaultFile },
      { env: { ACKMAIL_KEY: `${third} ${second}\t${first}` }, defaultFile },
    ]) {
      const { key, olderKeys } = await loadKey(sources);
      assert.equal([key, ...olderKeys], [keys[2], keys[1], keys[0]]);
    }
  }));

test('the default file is made once, 0600, and nothing is left beside it', () =>
  inDataFolder(async (dir) => {
    const defaultFile = join(dir, 'ackmail.key');
    const made = await loadKey({ env: {}, defaultFile });
    assert.is(made.key.length, 32);
    assert.is((await stat(defaultFile)).mode & 0o777, 0o600);
    assert.equal(await loadKey({ env: {}, defaultFile }), made);
    assert.equal(await readdir(dir), ['ackmail.key']);
  }));

test('many that make it at once end with the same key', () =>
  inDataFolder(async (dir) => {
    const defaultFile = join(dir, 'ackmail.key');
    const made = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        // They come while others are at every step of making it.
        for (let turn = 0; turn < n; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        return loadKey({ env: {}, defaultFile });
      }),
    );
    assert.is(new Set(made.map(({ key }) => key.toString('hex'))).size, 1);

    const another = join(dir, 'another.key');
    const program = `import { loadKey } from ${JSON.stringify(new URL('../../src/store/load-key.ts', import.meta.url))};
      const { key } = await loadKey({ env: {}, defaultFile: ${JSON.stringify(another)} });
      process.stdout.write(key.toString('hex'));`;
    const answers = await Promise.all([0, 1, 2].map(() => outputOf(program)));
    assert.is(new Set(answers).size, 1);
    assert.is(Buffer.from(await readFile(another, 'utf8'), 'base64').toString('hex'), answers[0]);
  }));

test('what is no key is refused with what to do, and is not repeated', () =>
  inDataFolder(async (dir) => {
    await mkdir(dir);
    const defaultFile = join(dir, 'ackmail.key');
    for (const text of [
      '',
      'hunter2',
      'x'.repeat(43).replace('x', '!'),
      randomBytes(16).toString('base64'),
      `${first}${first}`,
    ]) {
      await writeFile(defaultFile, text, { mode: 0o600 });
      for (const sources of [
        { env: { ACKMAIL_KEY: text }, defaultFile },
        { env: {}, keyFile: defaultFile, defaultFile },
        { env: {}, defaultFile },
      ]) {
        const fault = await faultOf(loadKey(sources));
        assert.is(fault.code, 'CONFIG_INVALID');
        assert.match(fault.text, /is no key: it must be 32 bytes in base64, as `openssl rand -base64 32`/);
        if (text) assert.not.match(fault.text, text);
      }
    }
    assert.is((await readdir(dir)).length, 1, 'a bad key is never replaced');
  }));

test('a file that is not there, or is no file, is named', () =>
  inDataFolder(async (dir) => {
    await mkdir(dir);
    const defaultFile = join(dir, 'ackmail.key');
    for (const keyFile of [join(dir, 'missing'), dir]) {
      const fault = await faultOf(loadKey({ env: {}, keyFile, defaultFile }));
      assert.is(fault.code, 'CONFIG_UNREADABLE');
      assert.match(fault.text, keyFile);
    }
    await writeFile(join(dir, 'file'), '');
    const below = await faultOf(loadKey({ env: {}, defaultFile: join(dir, 'file', 'ackmail.key') }));
    assert.is(below.code, 'CONFIG_UNREADABLE');
    assert.equal(await readdir(dir), ['file']);
  }));

test('a key file that others may read is taken, with a warning', () =>
  inDataFolder(async (dir) => {
    await mkdir(dir);
    const keyFile = join(dir, 'named');
    await writeFile(keyFile, `${first}`);
    await chmod(keyFile, 0o644);
    const { key, warning } = await loadKey({ env: {}, keyFile, defaultFile: join(dir, 'ackmail.key') });
    assert.equal(key, keys[0]);
    assert.match(warning ?? '', /Others may read the key file .*named: chmod 600 it/);
  }));

async function outputOf(program: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  return output;
}

test.run();
