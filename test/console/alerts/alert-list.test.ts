import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConsoleStory, startConsoleStory } from '../../helpers/console-story.js';

const ops = 'ops@example.com';
const actions = [{ name: 'ops', type: 'email', account: 'alerts', to: [ops, 'gone@example.com'] }];

const test = suite<{ story: ConsoleStory }>('alert list');

test.before.each(async (context) => {
  context.story = await startConsoleStory({ actions });
});
test.after.each(({ story }) => story.end());

test('With no alerts at all, the page says so.', async ({ story }) => {
  for (const query of ['', '?status=resolved', '?status=nonsense', '?q=%00%22%3Cscript%3E', '?page=-1'])
    assert.match(await story.page(`/alerts${query}`), /There are none\.|None has/, query);
});

test('An alert stands in the list with who was told of it, and who was not.', async ({ story }) => {
  await story.fires('db1.example.com');
  await story.mail(ops);
  await story.settled();
  const page = await story.page('/alerts');
  assert.match(page, 'DiskFull on db1.example.com</a>');
  assert.match(page, 'critical</span>');
  assert.match(page, 'mailed to ops@example.com');
  assert.match(page, 'refused for gone@example.com');
  assert.match(page, 'Open <span class="soft">1</span>');
});

test('The tabs and the search choose among the alerts.', async ({ story }) => {
  const first = await story.fires('db1.example.com');
  await story.fires('web1.example.com');
  await story.settled();
  await story.ends(first);
  await story.settled();
  const names = async (query: string) =>
    [...(await story.page(`/alerts${query}`)).matchAll(/">DiskFull on (\w+)/g)].map(([, name]) => name);
  assert.equal(await names(''), ['web1']);
  assert.equal(await names('?status=firing'), ['web1']);
  assert.equal(await names('?status=acknowledged'), []);
  assert.equal(await names('?status=resolved'), ['db1']);
  assert.equal(await names('?q=DISKFULL+on+Web1'), ['web1']);
  assert.equal(await names('?q=nowhere'), []);
  assert.equal(await names('?status=resolved&q=example'), ['db1']);
  assert.not.match(await story.page('/alerts?status=resolved'), 'Acknowledge selected');
});

test('Of very many alerts a page shows 50, the newest first, and leads to the others.', async ({ story }) => {
  story.refuse({ code: 451, text: '4.3.0 not now' });
  const at = story.clock.now().getTime();
  await story.plugin().handleAlerts(
    Array.from({ length: 2_120 }, (_, index) => 2_119 - index).map((index) => ({
      ...{ id: `event-${index}`, kind: 'fired' as const, at: new Date(at) },
      alert: {
        ...{ fingerprint: `test/${index}`, source: 'test', severity: 'warning' },
        labels: { alertname: 'HighLoad', instance: `web${index}` },
        ...{ annotations: {}, startsAt: new Date(at - index * 1_000) },
      },
    })),
  );
  const names = (page: string) =>
    [...page.matchAll(/">HighLoad on web(\d+)/g)].map(([, name]) => Number(name));
  const first = await story.page('/alerts');
  assert.equal(
    names(first),
    Array.from({ length: 50 }, (_, index) => index),
  );
  assert.match(first, '1 to 50 of 2120');
  assert.match(first, 'href="/alerts?page=43">Last</a>');
  assert.equal(
    names(await story.page('/alerts?page=43')),
    Array.from({ length: 20 }, (_, index) => 2_100 + index),
  );
  // Most of them are packed; a search reads them all.
  assert.equal(names(await story.page('/alerts?q=web2119')), [2_119]);
  assert.match(
    await story.page('/alerts?q=highload&page=2'),
    'href="/alerts?q=highload&amp;page=3">Next</a>',
  );
  const beyond = await story.visit.get('/alerts?page=1000');
  assert.is(beyond.headers.get('location'), '/alerts?page=43');
});

test('What an alert says is text, whatever it says.', async ({ story }) => {
  const odd = '"><script>alert(1)</script>\u202e\u0000 ümläut 🙂 {{x}} %00 \\ \' `';
  await story.fires(odd);
  const [alert] = story.plugin().alerts();
  for (const path of ['/alerts', `/alerts/${alert?.id}`, `/alerts?q=${encodeURIComponent('<script>')}`]) {
    const page = await story.page(path);
    assert.not.match(page, '<script>alert');
    assert.match(page, '&lt;script&gt;');
  }
});

test('Several alerts are acknowledged at once, by who is signed in.', async ({ story }) => {
  const { host, visit } = story;
  await story.fires('db1');
  await story.fires('db2');
  await story.fires('db3');
  await story.settled();
  const ids = story
    .plugin()
    .alerts()
    .map(({ id }) => id);
  const [first = '', second = ''] = ids;
  const answer = await story.submit('/alerts?q=db', '/alerts/say?q=db', [
    ...[['alert', first] as const, ['alert', second] as const],
    ...[['kind', 'acknowledge'] as const, ['for', '2h'] as const, ['comment', ' on\r\nit '] as const],
  ]);
  assert.is(answer.headers.get('location'), '/alerts?q=db&done=acknowledge');
  assert.is(host.acknowledged.length, 1);
  const { kind, alertIds, author, comment, at, expiresAt } = host.acknowledged[0]?.acknowledgement ?? {};
  assert.equal(
    [kind, alertIds, author, comment],
    ['acknowledge', [first, second], 'anna@example.com', 'on\nit'],
  );
  assert.is((expiresAt?.getTime() ?? 0) - (at?.getTime() ?? 0), 2 * 3_600_000);
  const page = await (await visit.get('/alerts?q=db&done=acknowledge')).text();
  assert.match(page, 'role="status">Acknowledged.');
  assert.match(page, 'Acknowledged <span class="soft">2</span>');
  assert.match(page, '<b>anna@example.com</b>');
});

test('Nothing is done where nothing was ticked, and what was typed stays.', async ({ story }) => {
  await story.fires('db1');
  const answer = await story.submit('/alerts', '/alerts/say', [
    ...[['kind', 'acknowledge'] as const, ['for', '4h'] as const, ['comment', 'my <words>'] as const],
  ]);
  assert.is(answer.status, 400);
  const page = await answer.text();
  assert.match(page, 'No alert was selected');
  assert.match(page, 'my &lt;words&gt;</textarea>');
  assert.match(page, /<option value="4h" selected=""/);
  assert.equal(story.host.acknowledged, []);
});

test.run();
