import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../../src/index.js';
import { type ConsoleStory, startConsoleStory } from '../../helpers/console-story.js';
import { freePort } from '../../helpers/free-port.js';
import { openConsole } from '../../helpers/open-console.js';
import { createTestHost } from '../../helpers/test-host.js';
import { until } from '../../helpers/until.js';
import { writeBounce } from '../../helpers/write-bounce.js';

const [ops, ben] = ['ops@example.com', 'ben@example.com'];
const actions = [{ name: 'ops', type: 'email', account: 'alerts', to: [ops, ben] }];

const test = suite<{ story: ConsoleStory }>('reply page');

test.before.each(async (context) => {
  context.story = await startConsoleStory({ actions });
});
test.after.each(({ story }) => story.end());

const shown = (story: ConsoleStory, text: string, path = '/replies') =>
  until(text, async () => {
    const page = await story.page(path);
    return page.includes(text) && page;
  });
const rows = (page: string) => page.split('<tr>').slice(2);

test('With no replies at all, the page says so.', async ({ story }) => {
  assert.match(await story.page('/replies'), 'None came in the last 3 days.');
  assert.match(
    await story.page('/replies?verdict=refused&before=2026-02-01'),
    'in the 3 days before 2026-02-01',
  );
});

test('Each reply stands there with its verdict, why, what shows who wrote it, and what became of it.', async ({
  story,
}) => {
  await story.fires('db1');
  const mail = await story.mail(ops);
  await story.settled();
  await story.replies(ops, mail, 'ack 1h <b>on it</b>');
  const page = await shown(story, 'taken by the monitor');
  const [row = ''] = rows(page);
  assert.match(row, '<th scope="row">ops@example.com');
  assert.match(row, /acknowledges<\/span><div>[^<]{5,}/);
  assert.match(row, 'dmarc=pass');
  assert.match(row, '“ack 1h &lt;b&gt;on it&lt;/b&gt;”');
  assert.match(row, `href="/alerts/${story.plugin().alerts()[0]?.id}">DiskFull on db1</a>`);
  assert.match(row, 'until <time datetime="2026-03-02T04:00:00.000Z"');
});

test('What is refused, asked back or comes back is told with why, and can be chosen.', async ({ story }) => {
  await story.fires('db1');
  const mail = await story.mail(ops);
  await story.settled();
  story.writes('mallory@example.net', mail, 'ack');
  await shown(story, 'mallory@example.net');
  story.writes(ben, mail, 'ack', ['Auto-Submitted: auto-replied']);
  await shown(story, 'it is automatic mail');
  story.writes(ops, mail, 'ack until 25:00');
  await shown(story, 'its author is asked');
  story.arrives(writeBounce('postfix', mail, { recipient: ben }));
  await shown(story, 'mail came back</span>');
  const all = await story.page('/replies');
  assert.is(rows(all).length, 4);
  assert.match(all, 'refused <span class="soft">2</span>');
  assert.is(rows(await story.page('/replies?verdict=refused')).length, 2);
  assert.is(rows(await story.page('/replies?verdict=bounce')).length, 1);
  assert.is(rows(await story.page('/replies?verdict=question')).length, 1);
  assert.match(await story.page('/replies?verdict=comment'), 'None came');
  assert.is(rows(await story.page('/replies?verdict=nonsense')).length, 4);
});

test('A reply that the monitor does not take is listed as open, and one that a later one overtakes as such.', async ({
  story,
}) => {
  await story.fires('db1');
  const mail = await story.mail(ops);
  await story.settled();
  story.host.answer = () => {
    throw new Error('down');
  };
  story.writes(ben, mail, 'ack');
  await shown(story, 'has not taken it yet');
  assert.match(await story.page('/replies'), '1 reply waits for the monitor');
  story.host.answer = () => 'acknowledged';
  story.writes(ops, mail, 'ack 2h');
  await shown(story, 'taken by the monitor');
  await shown(story, 'overtaken');
  assert.is(rows(await story.page('/replies')).length, 2);
});

test('Replies that only the history knows are told as far as it does, by days and pages.', async ({
  story,
}) => {
  const folder = join(story.host.dataDir, 'history');
  await mkdir(folder, { recursive: true });
  const line = (n: number) => ({
    ...{ at: new Date(Date.UTC(2026, 1, 20) + n * 1_000).toISOString(), kind: 'acknowledged' },
    ...{ account: 'alerts', author: `<i>person${n}`, alertIds: ['aaaaaaaaaaaaa'], comment: 'ack' },
    ...{
      outcome: 'acknowledged',
      reason: 'it is a bare reply',
      mail: 'bbbbbbbbbbbbb',
      position: 'INBOX:1:1',
      replyKey: `aaaa${n}`,
    },
  });
  const lines = Array.from({ length: 120 }, (_, n) => line(n));
  const others = [
    { at: '2026-02-20T01:00:00.000Z', kind: 'sent', subject: 'replyKey' },
    { at: '2026-02-20T01:00:00.000Z', kind: 'acknowledged', alert: 'aaaaaaaaaaaaa', comment: 'replyKey' },
    { at: '2026-02-20T01:00:00.000Z', kind: 'acknowledged', replyKey: 7 },
    { at: '2026-02-20T01:00:00.000Z', kind: 'acknowledged', replyKey: '../../secret' },
  ];
  const text = [...lines, ...others].map((each) => `${JSON.stringify(each)}\n`).join('');
  await appendFile(join(folder, '2026-02-20.ndjson'), `${text}{"torn replyKey`);
  assert.match(await story.page('/replies'), 'None came in the last 3 days.');
  const first = await story.page('/replies?before=2026-02-22');
  assert.match(first, '1 to 50 of 120');
  assert.match(first, '&lt;i&gt;person119');
  assert.match(first, 'href="/replies?before=2026-02-22&amp;page=3">Last</a>');
  assert.is(rows(await story.page('/replies?before=2026-02-22&page=3')).length, 20);
  const beyond = await story.visit.get('/replies?before=2026-02-22&page=9');
  assert.is(beyond.headers.get('location'), '/replies?before=2026-02-22&page=3');
});

test('Where no replies are read, the page says which setting is missing.', async () => {
  const smtp = { host: '127.0.0.1', port: 1, security: 'none' };
  const account = { grant: 'password', mailbox: 'alerts@example.com', password: 'the-secret-of-the-mailbox' };
  const host = await createTestHost({
    accounts: { alerts: { ...account, smtp } },
    actions,
    http: { listen: `127.0.0.1:${await freePort()}` },
  });
  const plugin = await register(host);
  try {
    await plugin.start();
    const visit = await openConsole(host.dataDir);
    const page = await (await visit.get('/replies')).text();
    assert.match(page, 'the settings have no <code>acknowledgement</code>');
  } finally {
    await plugin.stop();
    await host.remove();
  }
});

test.run();
