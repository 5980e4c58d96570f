import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mailView } from '../../../src/actions/email/mail-view.js';
import { openTemplates } from '../../../src/actions/email/templates.js';
import { testEvent, testLog } from './parts.js';

const view = mailView({
  events: [testEvent('fired', { labels: { alertname: '<b>&', instance: 'db-1' } })],
  tag: '#abc',
  expiresMs: 3_600_000,
  timeZone: 'UTC',
  now: new Date('2026-03-01T03:00:00Z'),
});

async function withTemplates<T>(
  files: Record<string, string>,
  use: (
    templates: ReturnType<typeof openTemplates>,
    log: ReturnType<typeof testLog>,
    folder: string,
  ) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-templates-'));
  const log = testLog();
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await use(openTemplates({ folder, log }), log, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a template of the user takes the place of one, the others stay', () =>
  withTemplates({ 'subject.liquid': 'Mine: {{ words }}\n' }, async (templates, log) => {
    const { subject, text } = await templates.render(view);
    assert.is(subject.trim(), 'Mine: <b>& on db-1');
    assert.match(text, /^The disk of db-1/);
    assert.equal(log.lines, []);
  }));

test('HTML is escaped by default, text is not', () =>
  withTemplates({ 'html.liquid': '<p>{{ words }}</p>{{ words | raw }}' }, async (templates) => {
    assert.is((await templates.render(view)).html, '<p>&lt;b&gt;&amp; on db-1</p><b>& on db-1');
  }));

test('a template that does not work is replaced by the built-in one, and the log says so', async () => {
  const broken = ['{% if %}', '{{ words | nosuchfilter }}', '{% include "nothere" %}', '   ', '{% assign x'];
  for (const source of broken)
    await withTemplates({ 'text.liquid': source }, async (templates, log) => {
      const { text } = await templates.render(view);
      assert.match(text, /^The disk of db-1/, source);
      assert.match(log.lines[0] ?? '', /^warn A mail template does not work.*text\.liquid/, source);
    });
});

test('a template that never ends is ended', () =>
  withTemplates(
    { 'text.liquid': '{% for i in (1..100000000) %}{% for j in (1..100000000) %}x{% endfor %}{% endfor %}' },
    async (templates, log) => {
      assert.match((await templates.render(view)).text, /^The disk of db-1/);
      assert.is(log.lines.length, 1);
    },
  ));

test('a folder that is not there is the same as an empty one, with a warning', async () => {
  const log = testLog();
  const templates = openTemplates({ folder: '/nonexistent/templates', log });
  assert.match((await templates.render(view)).subject, /^\[CRITICAL\]/);
  assert.match(log.lines[0] ?? '', /^warn /);
});

test.run();
