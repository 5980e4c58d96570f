import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConsoleStory, startConsoleStory } from '../../helpers/console-story.js';
import { gone } from '../../helpers/story.js';
import { until } from '../../helpers/until.js';

const actions = [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com', gone] }];

const test = suite<{ story: ConsoleStory }>('system error page');

test.before.each(async (context) => {
  context.story = await startConsoleStory({ actions });
});
test.after.each(({ story }) => story.end());

/** Puts lines into the history of a day, as they are. */
async function write({ host }: ConsoleStory, day: string, lines: readonly object[]): Promise<void> {
  await mkdir(join(host.dataDir, 'history'), { recursive: true });
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await appendFile(join(host.dataDir, 'history', `${day}.ndjson`), text);
}

const change = (at: string, kind: string, more: object = {}) => ({
  ...{ at, kind, code: 'SMTP_UNAVAILABLE', subject: 'alerts', severity: 'critical', count: 3 },
  ...{ message: 'It cannot be reached.', since: '2026-03-01T03:00:00.000Z', ...more },
});

test('With nothing that stands or stood, the page says so.', async ({ story }) => {
  const page = await story.page('/system-errors');
  assert.match(page, 'None stands');
  assert.match(page, 'None was raised or cleared.');
});

test('What stands is told with what to do, and then among what was raised and cleared.', async ({
  story,
}) => {
  await story.fires('db1');
  const page = await until('the refused recipient', async () => {
    const text = await story.page('/system-errors');
    return text.includes('SMTP_REJECTED') && text;
  });
  assert.match(
    page,
    /<article class="trouble warning">.*did not reach gone@example\.com.*5\.1\.1 no such user/s,
  );
  assert.match(page, 'raised, warning');
  // It stands once on the page, though others have it on top of them.
  assert.is(page.match(/<article/g)?.length, 1);
  assert.is((await story.page('/alerts')).match(/<article/g)?.length, 1);
});

test('Past ones stand there by sevens of days, the newest first, with how long they stood.', async ({
  story,
}) => {
  await write(story, '2026-03-01', [
    change('2026-03-01T03:00:00.000Z', 'raised'),
    change('2026-03-01T03:20:00.000Z', 'cleared'),
  ]);
  await write(story, '2026-02-20', [change('2026-02-20T23:59:59.000Z', 'raised', { subject: 'older' })]);
  await write(story, '2026-02-10', [change('2026-02-10T00:00:00.000Z', 'raised', { subject: 'oldest' })]);
  const last = await story.page('/system-errors');
  assert.match(last, /cleared<\/span> after 20 min, seen 3 times.*raised, critical/s);
  assert.not.match(last, 'older');
  const [, earlier = ''] = /href="([^"]+)">Earlier/.exec(last) ?? [];
  assert.is(earlier, '/system-errors?before=2026-02-23');
  const before = await story.page(earlier);
  assert.match(before, 'The 7 days before 2026-02-23');
  assert.match(before, 'older');
  assert.not.match(before, '20 min');
  const [, again = ''] = /href="([^"]+)">Earlier/.exec(before) ?? [];
  assert.match(await story.page(again), 'oldest');
  for (const odd of ['2027-01-01', 'x', '2026-99-99', '%00'])
    assert.match(await story.page(`/system-errors?before=${odd}`), '<h2>The last 7 days</h2>', odd);
});

test('What an error says is text, and damaged lines are passed over.', async ({ story }) => {
  const at = '2026-03-02T02:00:00.000Z';
  await write(story, '2026-03-02', [
    change(at, 'raised', { message: '<script>alert(1)</script>', subject: '"><img src=x>', code: '<b>' }),
    change(at, 'cleared', { since: 'never', count: 'many' }),
    { at, kind: 'raised' },
    { at, kind: 'raised', code: 1, subject: [] },
    { at, kind: 'sent', subject: 'raised cleared' },
  ]);
  const page = await story.page('/system-errors');
  assert.not.match(page, '<script>alert');
  assert.not.match(page, '<img');
  assert.match(page, '&lt;script&gt;alert(1)');
  assert.is(page.match(/<tr>/g)?.length, 3);
});

test('Very many come in parts.', async ({ story }) => {
  const lines = Array.from({ length: 1_001 }, (_, index) =>
    change(new Date(Date.UTC(2026, 2, 1) + index * 1_000).toISOString(), index % 2 ? 'cleared' : 'raised'),
  );
  await write(story, '2026-03-01', lines);
  assert.match(await story.page('/system-errors'), '1 to 100 of 1001');
  assert.match(await story.page('/system-errors?page=11'), '1001 to 1001 of 1001');
  assert.match(await story.page('/system-errors?page=99'), '1001 to 1001 of 1001');
});

test.run();
