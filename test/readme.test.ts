import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { program } from '../src/cli/program.js';
import { checkSettings } from '../src/settings/check-settings.js';
import { fakeTerminal } from './helpers/fake-terminal.js';

const env = {
  ...{ ACKMAIL_CLIENT_SECRET: 'a', HOOK_SECRET: 'b', RELAY_PASSWORD: 'c' },
  ...{ SLACK_WEBHOOK: 'https://hooks.slack.com/d', PAGER_TOKEN: 'e', PAGER_SECRET: 'f' },
};
const readme = await readFile('README.md', 'utf8');

/** The indented blocks of the README that begin with a line. */
const blocks = (first: RegExp) =>
  readme
    .split(/\n(?! {4,}|\n)/)
    .flatMap((part) => part.match(/(?:^ {4,}.*\n(?:\n(?= {4}))?)+/gm) ?? [])
    .filter((block) => first.test(block));

test('The settings of the README and of the example are right.', async () => {
  const [block = ''] = blocks(/^ +accounts:/);
  const settings = await checkSettings(parse(block), { env, baseDir: '.' });
  assert.is(settings.accounts['alerts']?.provider, 'microsoft365');
  const example: unknown = parse(await readFile('examples/ackmail.yaml', 'utf8'));
  assert.is((await checkSettings(example, { env, baseDir: '.' })).actions.length, 6);
});

test('Every command and file that the README names exists.', async () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(await readFile('package.json', 'utf8'));
  for (const [, script = ''] of readme.matchAll(/npm (?:run )?(demo|test|bench|generate)\b/g))
    assert.ok(scripts[script], script);
  const terminal = fakeTerminal();
  assert.is(await program(['--help'], '0.0.0', terminal), 0);
  const verbs = [...readme.matchAll(/(?:`|^ +|-- )ackmail ([a-z][a-z-]+)\b/gm)].map(([, verb]) => verb);
  assert.ok(new Set(verbs).size >= 10, verbs.join());
  for (const verb of verbs) assert.match(terminal.out(), new RegExp(`^ {2}${verb} `, 'm'));
  for (const [, file = ''] of readme.matchAll(/\]\(([^)#]+)\)/g))
    assert.ok((await readFile(file)).length > 0, file);
});

test.run();
