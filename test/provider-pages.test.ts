import { readdir, readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { classifyRefusal } from '../src/auth/refusals.js';
import { program } from '../src/cli/program.js';
import type { Provider } from '../src/core/provider.js';
import { providers } from '../src/core/providers.js';
import { checkSettings } from '../src/settings/check-settings.js';
import { fakeTerminal } from './helpers/fake-terminal.js';

const folder = 'docs/providers';
const pages = new Map<string, string>();
for (const file of await readdir(folder)) pages.set(file, await readFile(`${folder}/${file}`, 'utf8'));

interface SettingsBlock {
  readonly page: string;
  readonly text: string;
}

/** The blocks of the pages that are a whole settings file. */
const blocks: readonly SettingsBlock[] = [...pages].flatMap(([page, text]) =>
  [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(([, block = '']) => ({ page, text: block }))
    .filter(({ text: block }) => /^actions:/m.test(block)),
);

const settingsOf = ({ text }: SettingsBlock) => {
  const secret = 'not-a-secret';
  const without = text.replace(/\$\{(env|file):[^}]+\}/g, secret);
  return checkSettings(parse(without), { env: {}, baseDir: '.' });
};

test('Every settings file on the pages of the providers is right.', async () => {
  for (const block of blocks)
    await settingsOf(block).catch((thrown: unknown) => {
      throw new Error(`${block.page}: ${String(thrown)}\n${block.text}`);
    });
  assert.ok(blocks.length >= pages.size);
});

test('No settings file on the pages of the providers holds a secret.', () => {
  for (const { page, text } of blocks)
    for (const [line] of text.matchAll(/^.*(?:[sS]ecret|password|privateKey):.*$/gm))
      assert.match(line, /\$\{(env|file):[^}]+\}/, page);
});

const all: readonly (readonly [string, Provider])[] = Object.entries(providers);
for (const [name, preset] of all) {
  test(`The preset ${name} has a page, with a settings file and with every host and scope of it.`, async () => {
    const shown: string[] = [];
    for (const block of blocks) {
      const { accounts } = await settingsOf(block);
      if (Object.values(accounts).some(({ provider }) => provider === name)) shown.push(block.page);
    }
    const [page = ''] = shown;
    const text = pages.get(page) ?? '';
    assert.ok(text, 'no page has a settings file with this provider');
    const { smtp, imap, pop3, authorizationUrl, tokenUrl, scope } = preset;
    const hosts = [authorizationUrl, tokenUrl].flatMap((url) => (url ? [new URL(url).hostname] : []));
    for (const fact of [
      ...hosts,
      smtp?.host ?? '',
      imap?.host ?? '',
      pop3?.host ?? '',
      scope.smtp,
      scope.imap,
      scope.pop3,
    ])
      assert.ok(text.includes(fact), `${page} does not name ${fact}`);
    for (const heading of ['Least privilege', 'What ends when', 'What a wrong step looks like', 'Firewall'])
      assert.match(text, `\n## ${heading}`, page);
  });
}

test('Every code on the pages of the providers is one that Ackmail knows, and none of them passes by itself.', () => {
  for (const [page, text] of pages) {
    for (const [code] of text.matchAll(/AADSTS\d+/g)) {
      const body = { error: 'any_other', error_description: `${code}: words` };
      const { class: asksFor, reason } = classifyRefusal({ status: 400, body });
      assert.is.not(asksFor, 'transient', `${page}: ${code}: ${reason}`);
    }
    for (const [, error = ''] of text.matchAll(/^\| `(invalid_\w+|unauthorized_client|access_denied)`/gm))
      assert.is.not(
        classifyRefusal({ status: 400, body: { error } }).class,
        'transient',
        `${page}: ${error}`,
      );
  }
});

test('Every command and link on the pages of the providers exists.', async () => {
  const terminal = fakeTerminal();
  assert.is(await program(['--help'], '0.0.0', terminal), 0);
  for (const [page, text] of pages) {
    for (const [, verb = ''] of text.matchAll(/(?:^ {4}|`)ackmail ([a-z]+)/gm))
      assert.match(terminal.out(), new RegExp(`^ {2}${verb} `, 'm'), page);
    for (const [, file = ''] of text.matchAll(/\]\((?!https:)([^)#]+)\)/g))
      assert.ok((await readFile(`${folder}/${file}`)).length > 0, file);
  }
});

test('Every page of a provider is linked from the README.', async () => {
  const readme = await readFile('README.md', 'utf8');
  for (const page of pages.keys()) assert.match(readme, `](docs/providers/${page})`);
});

test.run();
