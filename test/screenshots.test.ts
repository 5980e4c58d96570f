import { readdir, readFile, stat } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { shrinkPng } from '../scripts/shrink-png.js';

const folder = 'docs/screenshots';
const pictures = await readdir(folder);

test('Every picture of the console is shown, and is small.', async () => {
  const docs = `${await readFile('docs/console.md', 'utf8')}${await readFile('README.md', 'utf8')}`;
  const shown = new Set([...docs.matchAll(/screenshots\/([a-z-]+\.png)/g)].map(([, name]) => name));
  assert.equal([...shown].sort(), pictures.sort());
  for (const name of pictures) assert.ok((await stat(`${folder}/${name}`)).size < 150_000, name);
});

test('A picture is a PNG with a palette.', async () => {
  for (const name of pictures) {
    const bytes = await readFile(`${folder}/${name}`);
    assert.is(bytes.toString('latin1', 1, 4), 'PNG', name);
    assert.is(bytes[25], 3, `${name} has a palette`);
    assert.throws(() => shrinkPng(bytes), /not known/);
  }
});

test.run();
