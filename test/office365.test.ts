import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../src/index.js';
import { type Lab, startLab } from './helpers/lab.js';
import { openConsole } from './helpers/open-console.js';
import { createTestHost, type TestHost } from './helpers/test-host.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const page = 'docs/office365.md';
const text = await readFile(page, 'utf8');
const rows = [...text.matchAll(/^\| (?!step \||---)(.*?) \| (.*?) \|.*\|$/gm)].map(
  ([, step = '', where = '']) => ({ step, where }),
);
const codes = rows.flatMap(({ where }) => [...where.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
const pages = codes.filter((code) => code.startsWith('/'));
const commands = codes.filter((code) => code.startsWith('ackmail '));
const settings = codes.filter((code) => !pages.includes(code) && !commands.includes(code));

const test = suite<Context>('office365');

test.before(async (context) => {
  context.lab = await startLab();
  context.host = await createTestHost(context.lab.settings());
  context.plugin = await register(context.host);
  await context.plugin.start();
});
test.after(async ({ plugin, host, lab }) => {
  await plugin.stop();
  await host.remove();
  await lab.close();
});

test('Every step of the guide leads somewhere.', () => {
  assert.ok(rows.length >= 30, `${rows.length} rows`);
  for (const { step, where } of rows) assert.match(where, /`[^`]+`|\]\([^)]+\)/, step);
});

test('Every page of the console that the guide names is there.', async ({ host }) => {
  assert.ok(pages.length > 0);
  const visit = await openConsole(host.dataDir);
  for (const path of new Set(pages)) {
    const { status } = await visit.get(path.replace('NAME', 'alerts'));
    assert.is(status, 200, path);
  }
});

test('Every setting that the guide names is one.', async () => {
  const manifest: { settings: Schema } = JSON.parse(await readFile('plugin.json', 'utf8'));
  assert.ok(settings.length > 0);
  for (const path of settings) assert.ok(has(manifest.settings, path.split(/\.|(?=\[\])/)), path);
  assert.not.ok(has(manifest.settings, ['accounts', 'NAME', 'password2']));
});

test('Every command that the guide names is one.', async () => {
  const files = (await readdir('src/cli')).filter((name) => name.startsWith('add-'));
  const program = (await Promise.all(files.map((name) => readFile(`src/cli/${name}`, 'utf8')))).join('');
  assert.ok(commands.length > 0);
  for (const command of commands) assert.match(program, new RegExp(`command\\('${command.slice(8)}[ ']`));
});

test('Every section that the guide names is there.', async () => {
  for (const [, target = ''] of text.matchAll(/\]\((?!https:)([^)]+)\)/g)) {
    const [file = '', anchor] = target.split('#');
    const found = await readFile(join(dirname(page), file), 'utf8');
    if (anchor === undefined) continue;
    const anchors = [...found.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slug(heading));
    assert.ok(anchors.includes(anchor), target);
  }
});

/** As much of JSON Schema as the manifest uses. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Whether settings may have something at a path, in which NAME is any name and `[]` any place of a list. */
function has(schema: Schema, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  const { properties, additionalProperties, items, anyOf = [], oneOf = [] } = schema;
  const inner = key === '[]' ? items : key === 'NAME' ? additionalProperties || undefined : properties?.[key];
  return (
    (inner !== undefined && has(inner, rest)) ||
    [...anyOf, ...oneOf].some((each) => has(each, [key, ...rest]))
  );
}

/** The anchor that a heading gets. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');
}

test.run();
