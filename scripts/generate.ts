import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { faults } from '../src/core/faults.js';
import { settingsSchema } from '../src/core/settings.js';
import { refusalsPage } from './refusals-page.js';

// Writes what is made from the sources: plugin.json, docs/errors.md and docs/refusals.md. With --check it fails when one is stale.

const { version, description } = JSON.parse(await readFile('package.json', 'utf8')) as {
  version: string;
  description: string;
};

const manifest = {
  name: 'ackmail',
  version,
  description,
  apiVersion: 1,
  main: './dist/index.js',
  register: 'register',
  events: {
    listens: ['alert', 'report'],
    emits: ['acknowledgement', 'system-error', 'system-error-cleared', 'delivery'],
  },
  settings: z.toJSONSchema(settingsSchema, { io: 'input' }),
};

const rows = Object.entries(faults).map(
  ([code, { transient, text, remedy }]) =>
    `| \`${code}\` | ${transient ? 'yes' : 'no'} | ${cell(text)} | ${cell(remedy)} |`,
);
const errors = [
  '# Errors',
  '',
  'Made from `src/core/faults.ts` by `npm run generate`. What stands in braces is filled in. A transient error is',
  'tried again by itself. Where the refusal of a server is behind it, what to do may stand in [refusals](refusals.md).',
  '',
  '| code | transient | what happened | what to do |',
  '| --- | --- | --- | --- |',
  ...rows,
  '',
].join('\n');

const files = {
  'plugin.json': `${JSON.stringify(manifest, null, 2)}\n`,
  'docs/errors.md': errors,
  'docs/refusals.md': refusalsPage(),
};
const check = process.argv.includes('--check');
for (const [file, content] of Object.entries(files)) {
  if (!check) await writeFile(file, content);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== content) {
    console.error(`${file} is stale: run \`npm run generate\` and commit it.`);
    process.exitCode = 1;
  }
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('{remedy}', '(depends on the reply)');
}
