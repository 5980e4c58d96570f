import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { heldName } from '../../../src/actions/held-name.js';
import { type ConsoleStory, startConsoleStory } from '../../helpers/console-story.js';
import { openConsole } from '../../helpers/open-console.js';
import { until } from '../../helpers/until.js';

const [ops, boss] = ['ops@example.com', 'boss@example.com'];
const email = { type: 'email', account: 'alerts' };
const actions = [
  { ...email, name: 'ops', to: [ops] },
  { ...email, name: 'boss', to: [boss], after: '30m' },
];

const test = suite<{ story: ConsoleStory }>('outbox pages');

test.before.each(async (context) => {
  context.story = await startConsoleStory({ actions });
});
test.after.each(({ story }) => story.end());

const ids = (page: string) =>
  [...page.matchAll(/name="id" value="([a-z2-7]{26})"/g)].map(([, id = '']) => id);
const [retry, drop] = [['do', 'retry'] as const, ['do', 'drop'] as const];

/** Alerts fire while the mail server takes nothing. */
async function waiting(story: ConsoleStory, ...names: readonly string[]): Promise<void> {
  story.refuse({ code: 451, text: '4.3.2 <busy> just now' });
  for (const name of names) await story.fires(name);
  await story.tried();
}

test('With nothing that waits, the page says so.', async ({ story }) => {
  assert.match(await story.page('/outbox'), 'Nothing waits: everything was told.');
  assert.match(
    await story.page('/outbox?action=nobody&state=held&page=9'.replace('&page=9', '')),
    'Nothing waits',
  );
});

test('What waits stands there with why and until when, and what is for later as such.', async ({ story }) => {
  await waiting(story, 'db1');
  const page = await until('the failed try', async () => {
    const text = await story.page('/outbox');
    return text.includes('4.3.2') && text;
  });
  assert.match(page, 'DiskFull on db1</a> <span class="soft">fired</span>');
  assert.match(page, '4.3.2 &lt;busy&gt; just now');
  assert.match(page, 'quiet hours, or a step of escalation');
  assert.match(page, 'All actions <span class="soft">2</span>');
  assert.is(ids(await story.page('/outbox?action=boss')).length, 1);
  assert.is(ids(await story.page('/outbox?state=later')).length, 1);
  assert.match(await story.page('/outbox?action=boss&state=waiting'), 'Of that nothing waits.');
  const [id] = ids(await story.page('/outbox?action=ops'));
  const details = await story.page(`/outbox/${id}`);
  assert.match(details, 'ops@example.com: not yet');
  assert.match(details, 'Why the last one failed');
});

test('What is tried by a person is told at once.', async ({ story }) => {
  await waiting(story, 'db1', 'db2');
  story.refuse(undefined);
  const [first = ''] = ids(await story.page('/outbox?action=boss'));
  const answer = await story.submit('/outbox?action=boss', '/outbox/do?action=boss', [retry, ['id', first]]);
  assert.is(answer.headers.get('location'), '/outbox?action=boss&retried=1');
  // Long before its half hour is over; the mail server is asked again after a while.
  await story.clock.forward(300_000);
  await story.mail(boss);
  assert.match(await story.page('/outbox?retried=1&telling=2'), '1 event is due now. 2 more were left alone');
  assert.is(story.subjects(boss).length, 1);
});

test('Everything of a filter is tried.', async ({ story }) => {
  await waiting(story, 'db1', 'db2', 'db3');
  story.refuse(undefined);
  const answer = await story.submit('/outbox?state=later', '/outbox/do?state=later', [['do', 'retry-all']]);
  assert.is(answer.headers.get('location'), '/outbox?state=later&retried=3');
  assert.match(await story.page('/outbox?state=later'), 'Of that nothing waits.');
  await story.clock.forward(300_000);
  await story.mail(boss, 3);
});

test('Dropping asks back, says what is lost, and drops what it asked about and nothing that came since.', async ({
  story,
}) => {
  await waiting(story, 'db1', 'db2 <i>');
  const asked = await story.submit('/outbox?action=boss', '/outbox/do?action=boss', [['do', 'drop-all']]);
  const question = asked.headers.get('location') ?? '';
  assert.match(question, /^\/outbox\/drop\/[0-9a-f]{32}$/);
  const page = await story.page(question);
  assert.match(page, 'Drop 2 events?</h1>');
  assert.match(page, '2 events go untold');
  assert.match(page, 'DiskFull on db2 &lt;i&gt;');
  assert.is(ids(await story.page('/outbox?action=boss')).length, 2);

  await story.fires('db3');
  const answer = await story.submit(question, question, []);
  assert.is(answer.headers.get('location'), '/outbox?dropped=2');
  const left = await story.page('/outbox?action=boss');
  assert.is(ids(left).length, 1);
  assert.match(left, 'DiskFull on db3');
  assert.is((await story.visit.get(question)).status, 404);
  const [alert] = story
    .plugin()
    .alerts()
    .filter(({ labels }) => labels['instance'] === 'db1');
  assert.match(await story.page(`/alerts/${alert?.id}`), 'Dropped from the outbox: boss does not tell of it');
});

test('One event is dropped from its own page; a second time there is nothing left.', async ({ story }) => {
  await waiting(story, 'db1');
  const [id = ''] = ids(await story.page('/outbox?action=boss'));
  const asked = await story.submit(`/outbox/${id}`, '/outbox/do', [drop]);
  const question = asked.headers.get('location') ?? '';
  await story.submit(question, question, []);
  assert.is((await story.visit.post(question)).status, 404);
  assert.is((await story.visit.get(`/outbox/${id}`)).status, 404);
  assert.equal(ids(await story.page('/outbox?action=boss')), []);
});

test('What came from a backup is held, and let go by trying it.', async ({ story }) => {
  await waiting(story, 'db1');
  await story.plugin().stop();
  const folder = join(story.host.dataDir, 'outbox');
  for (const file of await readdir(folder)) {
    const name = file.replace(/\.json$/, '');
    await rename(join(folder, file), join(folder, `${heldName.of(name)}.json`));
  }
  await story.restart();
  story.refuse(undefined);
  const visit = await openConsole(story.host.dataDir);
  const page = await (await visit.get('/outbox?state=held')).text();
  assert.is(ids(page).length, 2);
  assert.match(page, 'came from a backup');
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
  await visit.post('/outbox/do?state=held', { do: 'retry-all', token });
  await story.mail(ops);
  await story.mail(boss);
});

test('Nothing selected, an odd form, a missing token: nothing is done.', async ({ story }) => {
  await waiting(story, 'db1');
  const [id = ''] = ids(await story.page('/outbox?action=boss'));
  assert.is((await story.submit('/outbox', '/outbox/do', [retry])).status, 400);
  assert.is((await story.visit.post('/outbox/do', { do: 'burn', id })).status, 400);
  assert.is((await story.visit.post('/outbox/do', { do: 'retry', id, token: 'x' })).status, 403);
  const unknown = await story.visit.post('/outbox/do', { do: 'retry', id: '../../etc/passwd' });
  assert.is(unknown.headers.get('location'), '/outbox?retried=0');
  for (const path of [
    '/outbox/aaaa',
    '/outbox/drop/aaaa',
    '/outbox/%2e%2e%2f',
    `/outbox/${'a'.repeat(3_000)}`,
  ])
    assert.is((await story.visit.get(path)).status, 404, path);
  assert.is(ids(await story.page('/outbox')).length, 2);
});

test('Of very much a page shows 50, and leads to the rest.', async ({ story }) => {
  story.refuse({ code: 451, text: '4.3.0 not now' });
  const at = story.clock.now();
  await story.plugin().handleAlerts(
    Array.from({ length: 1_010 }, (_, index) => ({
      ...{ id: `event-${index}`, kind: 'fired' as const, at },
      alert: {
        ...{
          fingerprint: `test/${index}`,
          source: 'test',
          severity: 'warning',
          annotations: {},
          startsAt: at,
        },
        labels: { alertname: 'HighLoad', instance: `web${index}` },
      },
    })),
  );
  assert.is(ids(await story.page('/outbox?action=boss')).length, 50);
  const last = await story.page('/outbox?action=boss&page=21');
  assert.is(ids(last).length, 10);
  assert.match(last, '1001 to 1010 of 1010');
  const beyond = await story.visit.get('/outbox?action=boss&page=99');
  assert.is(beyond.headers.get('location'), '/outbox?action=boss&page=21');
});

test.run();
