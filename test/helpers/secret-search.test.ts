import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filesOf, findSecrets } from './secret-search.js';

const secret = 'Zo8Q~x+/=& "ü"';

test('A secret is found in every form, and a text without it holds none.', () => {
  const forms = [
    secret,
    encodeURIComponent(secret),
    `client_secret=${new URLSearchParams({ s: secret }).toString().slice(2)}&x=1`,
    JSON.stringify({ secret }),
    Buffer.from(secret).toString('hex'),
    ...['', 'u', 'us', 'use', 'user'].flatMap((before) =>
      ['', '\x01', '\x01\x01'].flatMap((after) =>
        (['base64', 'base64url'] as const).map((encoding) =>
          Buffer.from(`${before}${secret}${after}`).toString(encoding),
        ),
      ),
    ),
  ];
  for (const form of forms) {
    const found = findSecrets([secret], [['log', `before ${form} after`]]);
    assert.ok(found.length > 0, form);
    assert.match(found[0] ?? '', /^log: .*<SECRET>/s);
    assert.not.ok(found.join('').includes(secret));
  }
  assert.equal(findSecrets([secret], [['log', 'Zo8Q and a lot of other text, dXNlcj1hbGVydHMB']]), []);
});

test('All files below a folder are read, but for those where a secret is meant to be.', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-search-'));
  await mkdir(join(dir, 'deep', 'er'), { recursive: true });
  await writeFile(join(dir, 'deep', 'er', 'file'), Buffer.from([0, 255, ...Buffer.from('here')]));
  await writeFile(join(dir, 'meant'), 'here');
  const files = await filesOf(dir, (name) => name === 'meant');
  assert.equal(
    files.map(([name]) => name),
    [join('deep', 'er', 'file')],
  );
  assert.match(files[0]?.[1] ?? '', 'here');
  await rm(dir, { recursive: true });
});

test.run();
