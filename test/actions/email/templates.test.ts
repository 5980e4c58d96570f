import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTemplates } from '../../../src/actions/email/check-templates.js';
import { type DigestView, digestView } from '../../../src/actions/email/digest-view.js';
import { type MailView, mailView } from '../../../src/actions/email/mail-view.js';
import { sampleDigest } from '../../../src/actions/email/sample-digest.js';
import { type SampleKind, sampleEvent, sampleKinds } from '../../../src/actions/email/sample-event.js';
import { openTemplates, type Templates } from '../../../src/actions/email/templates.js';
import type { Fault } from '../../../src/core/fault.js';
import { testEvent } from './parts.js';

const now = new Date('2026-03-01T03:00:00Z');
const about = (...events: Parameters<typeof mailView>[0]['events']) =>
  mailView({ events, tag: '#abc', expiresMs: 3_600_000, timeZone: 'UTC', now });
const sample = (kind: SampleKind) => about(sampleEvent(kind, now));
const view = about(testEvent('fired', { labels: { alertname: '<b>&', instance: 'db-1' } }));

async function withTemplates<T>(
  files: Record<string, string>,
  use: (templates: Templates<MailView>, faults: readonly Fault[], folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-templates-'));
  const faults: Fault[] = [];
  const onTrouble = async (fault: Fault) => void faults.push(fault);
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await use(openTemplates({ folder, onTrouble }), faults, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a template of the user takes the place of one, the others stay', () =>
  withTemplates({ 'subject.liquid': 'Mine: {{ words }}\n' }, async (templates, faults) => {
    const { subject, text } = await templates.render(view);
    assert.is(subject, 'Mine: <b>& on db-1');
    assert.match(text, /^The disk of db-1/);
    assert.equal(faults, []);
  }));

test('HTML is escaped by default, text is not', () =>
  withTemplates({ 'html.liquid': '<p>{{ words }}</p>{{ words | raw }}' }, async (templates) => {
    assert.is((await templates.render(view)).html, '<p>&lt;b&gt;&amp; on db-1</p><b>& on db-1');
  }));

test('a subject is one line of at most 250 characters, whatever the template does', () =>
  withTemplates(
    { 'subject.liquid': 'a\r\nBcc: x@example.net\n\n{% for i in (1..99) %}{{ words }}{% endfor %}' },
    async (templates) => {
      const { subject } = await templates.render(view);
      assert.match(subject, /^a Bcc: x@example\.net <b>/);
      assert.is(subject.length, 250);
    },
  ));

test('a template that does not work is replaced by the built-in one, and told once with its line', async () => {
  const broken: [string, number, string][] = [
    ['one\n{% if %}', 2, 'invalid value expression'],
    ['one\ntwo\n{{ words | nosuchfilter }}', 3, 'undefined filter: nosuchfilter'],
    ['{% include "nothere" %}', 1, 'Failed to lookup "nothere"'],
    ['\n\n{% assign x', 3, 'not closed'],
    ['{% if state == "resolved" %}over', 1, 'not closed'],
  ];
  for (const [source, line, message] of broken)
    await withTemplates({ 'text.liquid': source }, async (templates, faults, folder) => {
      for (let mails = 0; mails < 3; mails += 1)
        assert.match((await templates.render(view)).text, /^The disk of db-1/, source);
      assert.is(faults.length, 1, source);
      assert.is(faults[0]?.code, 'CONFIG_TEMPLATE');
      assert.is(faults[0]?.facts['file'], join(folder, 'text.liquid'));
      assert.is(faults[0]?.facts['line'], line, source);
      assert.match(faults[0]?.message ?? '', message);
      assert.not.match(faults[0]?.message ?? '', /col:/);
    });
});

test('in a partial, the partial and its line are named', () =>
  withTemplates(
    { 'text.liquid': '{% render "footer" %}', 'footer.liquid': '\n{{ 1 | zork }}' },
    async (templates, faults, folder) => {
      await templates.render(view);
      assert.equal(faults[0]?.facts, {
        file: join(folder, 'footer.liquid'),
        line: 2,
        detail: 'line 2: undefined filter: zork',
      });
    },
  ));

test('a template that renders to nothing for some alerts is found by the samples', () =>
  withTemplates(
    { 'text.liquid': '{% if state == "firing" %}Fire!{% endif %}' },
    async (templates, faults, folder) => {
      assert.is((await templates.render(view)).text, 'Fire!');
      assert.match((await templates.render(sample('resolved'))).text, /^Resolved /);
      assert.match(faults[0]?.message ?? '', 'renders to nothing for an alert that is resolved');
      // The system error stands until a start that finds the templates right: so long the built-in one is used.
      assert.match((await templates.render(view)).text, /^The disk of db-1/);
      assert.is(faults.length, 1);
      assert.equal(
        (await checkTemplates(folder)).map(({ facts }) => facts['file']),
        [join(folder, 'text.liquid')],
      );
    },
  ));

test('a template that never ends is ended, and not tried again', () =>
  withTemplates(
    { 'text.liquid': '{% for i in (1..9000) %}{% for j in (1..9000) %}{% endfor %}{% endfor %}' },
    async (templates, faults) => {
      const startedAt = Date.now();
      for (let mails = 0; mails < 20; mails += 1)
        assert.match((await templates.render(view)).text, /^The disk of db-1/);
      assert.ok(Date.now() - startedAt < 5_000);
      assert.is(faults.length, 1);
      assert.match(faults[0]?.message ?? '', 'limit');
    },
  ));

test('a folder that is not there is told, and all the built-in templates are used', async () => {
  const faults = await checkTemplates('/nonexistent/templates');
  assert.is(faults.length, 1);
  assert.match(faults[0]?.message ?? '', '/nonexistent/templates does not work');
});

test('The page about templates names every variable that there is, and none that there is not.', async () => {
  const page = await readFile('docs/templates.md', 'utf8');
  const { view: digest } = digestView({
    ...{ events: sampleDigest(now), tag: '#abc', expiresMs: 3_600_000, timeZone: 'UTC', now },
  });
  for (const [title, used] of [
    ['Variables', sampleKinds.flatMap((kind) => namesIn(sample(kind)))],
    ['Mails about several alerts', namesIn(digest)],
  ] as const) {
    const section = page.split(/^## /m).find((each) => each.startsWith(title)) ?? '';
    const documented = [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    assert.equal([...new Set(documented)].sort(), [...new Set(used)].sort(), title);
    assert.is(new Set(documented).size, documented.length, 'each once');
  }
  const row = /^\| `alerts` \|.*$/m.exec(page)?.[0] ?? '';
  for (const name of Object.keys(digest.alerts[0] ?? {})) assert.match(row, `\`${name}\``);
});

test('The samples use every variable: each has a value in one of them.', () => {
  const filled = new Set(sampleKinds.flatMap((kind) => Object.entries(sample(kind)).filter(hasValue)));
  const names = new Set([...filled].map(([name]) => name));
  // Nothing in a sample is too long.
  assert.equal(
    Object.keys(sample('firing')).filter((name) => !names.has(name)),
    ['shortened'],
  );
});

test('The examples of the page about templates work.', async () => {
  const page = await readFile('docs/templates.md', 'utf8');
  const examples = [...page.matchAll(/```liquid\n(.*?)```/gs)].map(([, source = '']) => source);
  assert.ok(examples.length >= 2);
  for (const source of examples)
    for (const part of ['subject', 'text', 'html', 'digest-text'])
      await withTemplates({ [`${part}.liquid`]: source }, async (_, __, folder) =>
        assert.equal(await checkTemplates(folder), []),
      );
});

/** The names of a view as a template writes them; those of the items of a list are told beside it. */
function namesIn(of: MailView | DigestView): string[] {
  return Object.entries(of).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.keys(value).map((inner) => `${name}.${inner}`)
      : name === 'owner' || name === 'acknowledge'
        ? []
        : [name],
  );
}

function hasValue([, value]: [string, unknown]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '' && value !== false;
}

test.run();
