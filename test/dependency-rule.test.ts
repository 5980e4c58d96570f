import { readdir, readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const files = (await readdir('src', { recursive: true })).filter((file) => /\.tsx?$/.test(file));

test('Every folder under src imports core and itself, nothing else; only the roots import folders.', async () => {
  const wrong: string[] = [];
  for (const file of files) {
    const [folder = ''] = file.split('/');
    if (!file.includes('/') || folder === 'cli') continue;
    const text = await readFile(`src/${file}`, 'utf8');
    for (const [, target = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)) {
      const path = new URL(target, `file:///src/${file}`).pathname.split('/')[2] ?? '';
      if (path !== 'core' && path !== folder) wrong.push(`src/${file} imports ${target}`);
    }
  }
  assert.equal(wrong, []);
  assert.ok(files.length > 20);
});

test('Core does no I/O and reads no environment.', async () => {
  const wrong: string[] = [];
  for (const file of files.filter((name) => name.startsWith('core/'))) {
    const text = await readFile(`src/${file}`, 'utf8');
    if (
      /from 'node:(fs|net|http|https|tls|dns|child_process|os)|process\.env/.test(
        text.replace(/import type .*/g, ''),
      )
    )
      wrong.push(file);
  }
  assert.equal(wrong, []);
});

test('No time limit is one that Node 20 forgets.', async () => {
  const wrong: string[] = [];
  for (const file of files) {
    const text = await readFile(`src/${file}`, 'utf8');
    if (text.includes('AbortSignal.timeout(')) wrong.push(file);
  }
  assert.equal(wrong, []);
});

test('No source file is one that a maintainer would dread.', async () => {
  const long: string[] = [];
  for (const file of files) {
    const lines = (await readFile(`src/${file}`, 'utf8')).split('\n').length;
    if (lines > 300) long.push(`src/${file} has ${lines} lines`);
  }
  assert.equal(long, []);
});

test.run();
