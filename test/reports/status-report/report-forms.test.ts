import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SystemError } from '../../../src/core/system-error.js';
import { reportHtml } from '../../../src/reports/status-report/report-html.js';
import { reportSubject } from '../../../src/reports/status-report/report-subject.js';
import { reportText } from '../../../src/reports/status-report/report-text.js';
import { note, openScene } from './scene.js';

const bad = '<b onmouseover="x">&\r\nBcc: all@example.com\u202e\u001b[31m\u0000';
const url = 'https://monitor.example.com/authorize/alerts';
const error: SystemError = {
  ...{ code: 'OAUTH_AUTHORIZATION_REQUIRED', subject: 'alerts', severity: 'critical' },
  ...{ message: `Refused: ${bad}`, remedy: 'Sign in again.', authorizationUrl: url },
  ...{ since: new Date('2026-03-08T03:00:00Z'), count: 1 },
};

/** A report full of what strangers wrote, of so many days. */
async function badReport(days: number) {
  const scene = await openScene('2026-03-08T12:00:00Z', 'Europe/Berlin');
  const words = { name: bad.repeat(3), severity: bad, source: bad };
  await scene.write(
    note('fired', 'a', '2026-03-08T01:00:00Z', words),
    note('fired', 'b', '2026-03-08T01:00:00Z', { name: 'Ä'.repeat(5_000), severity: '', source: '' }),
    note('acknowledged', 'b', '2026-03-08T02:00:00Z', { author: bad }),
    ...Array.from({ length: 30 }, (_, index) =>
      note('fired', `c${index}`, '2026-01-08T01:00:00Z', { severity: `s${index}` }),
    ),
    { at: new Date('2026-03-08T02:00:00Z'), kind: 'refused', refusal: bad },
    {
      at: new Date('2026-03-08T02:00:00Z'),
      kind: 'sent',
      action: bad,
      accepted: ['x'],
      deferred: ['y'],
      rejected: [],
    },
  );
  scene.systemErrors.push(error);
  scene.expiries.push({
    what: 'certificate',
    at: new Date('2026-03-10T00:00:00Z'),
    renewed: false,
    remedy: bad,
  });
  const report = await scene.make(
    new Date(Date.parse('2026-03-08T12:00:00Z') - days * 86_400_000).toISOString(),
  );
  await scene.close();
  return report;
}

test('In a text system errors stand on top with their URL, no line is longer than 78 columns, and nobody writes lines of their own', async () => {
  for (const days of [1, 7, 90]) {
    const text = reportText(await badReport(days));
    const lines = text.split('\n');
    assert.ok(lines.indexOf(url) > 0 && lines.indexOf(url) < 12);
    assert.not.match(text, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    assert.not.match(text, /^Bcc/m);
    const body = lines.slice(lines.indexOf('IN SHORT'));
    assert.equal(
      body.filter((line) => [...line].length > 78),
      [],
    );
    assert.match(text, 'NEVER ACKNOWLEDGED');
    assert.match(text, 'The certificate of the account alerts ends on');
  }
});

test('In HTML every word from outside is text; there is no script, nothing is loaded, and links are web addresses', async () => {
  const html = reportHtml(await badReport(90));
  assert.not.match(html, /<b |<script|<img|<link|<iframe|javascript:|url\(|@import/i);
  assert.not.match(html, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  const tags = html.match(/<[^>]*>/g) ?? [];
  assert.ok(
    tags.every((tag) => !/\son[a-z]+=/i.test(tag)),
    'no handler stands in a tag',
  );
  assert.equal(
    [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
    [url],
  );
  assert.ok(html.indexOf(url) < html.indexOf('In short'), 'on top');
  assert.match(html, '&lt;b onmouseover=&quot;x&quot;&gt;');
  const tables = html.match(/<table/g)?.length ?? 0;
  assert.is(html.match(/<caption/g)?.length, tables);
  assert.match(html, /<th scope="row"/);
  assert.equal(
    [...html.matchAll(/<h(\d)/g)].map(([, level]) => level).join(''),
    `1${'2'.repeat((html.match(/<h2/g) ?? []).length)}`,
  );
  // Gmail cuts a mail off at 102 kB.
  assert.ok(html.length < 90_000);
});

test('The subject has numbers and our own words alone', async () => {
  const report = await badReport(7);
  assert.is(reportSubject(report), '[SYSTEM ERROR] Ackmail report: 2 alerts, 1 not acknowledged');
  assert.is(
    reportSubject({ ...report, systemErrors: [error, error] }),
    '[2 SYSTEM ERRORS] Ackmail report: 2 alerts, 1 not acknowledged',
  );
});

test('A report of nothing says so, and that there is no system error', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  const report = await scene.make('2026-03-01T12:00:00Z');
  await scene.close();
  const text = reportText(report);
  for (const said of [
    'No system error stands.',
    'Nothing is on record yet.',
    'No alert fired.',
    'No mail left',
  ])
    assert.match(text, said);
  assert.not.match(text, /NaN|undefined|null|Infinity/);
  assert.not.match(reportHtml(report), /NaN|undefined|null|Infinity/);
  assert.is(reportSubject(report), 'Ackmail report: no alert fired');
});

test.run();
