import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { initAnswers } from '../../src/cli/init/answers.js';
import { composeSettings } from '../../src/cli/init/compose-settings.js';
import { program } from '../../src/cli/program.js';
import { checkSettings } from '../../src/settings/check-settings.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';

const page = await readFile('docs/command-line.md', 'utf8');

async function help(...group: string[]): Promise<string> {
  const terminal = fakeTerminal();
  assert.is(await program([...group, '--help'], '0.0.0', terminal), 0);
  return terminal.out();
}

test('The page has the JSON of every verb that has some', async () => {
  const verbs = async (...group: string[]) =>
    [...(await help(...group)).matchAll(/^ {2}([a-z][a-z-]+)(?: [<[]\S+)* {2,}/gm)].map(
      ([, name = '']) => name,
    );
  const all = (await verbs()).filter((name) => !['serve', 'outbox'].includes(name));
  const outbox = (await verbs('outbox')).map((name) => `outbox ${name}`);
  assert.ok(all.length > 12 && outbox.length === 4, [...all, ...outbox].join());
  for (const verb of [...all, ...outbox])
    assert.match(page, new RegExp(`^\\| .*\`${verb}\`.* \\| (document|lines) \\| `, 'm'));
});

test('The answers of the page become settings that are right, and it names every answer there is', async () => {
  const [, block = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const { yaml, secrets } = composeSettings(initAnswers.parse(JSON.parse(block)), () => 'made');
  assert.equal(secrets, [{ name: 'prod.monitor-secret', value: 'made' }]);
  const env = { ACKMAIL_CLIENT_SECRET: 'a' };
  const settings = await checkSettings(parse(yaml.replace('${file:prod.monitor-secret}', 'made')), {
    env,
    baseDir: '.',
  });
  assert.is(settings.accounts['alerts']?.clientSecret, 'a');
  for (const name of Object.keys(initAnswers.shape)) assert.match(page, `\`${name}\``, name);
});

test.run();
