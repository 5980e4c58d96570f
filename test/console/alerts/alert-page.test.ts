import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Fault } from '../../../src/core/fault.js';
import { type ConsoleStory, startConsoleStory } from '../../helpers/console-story.js';
import { headerField } from '../../helpers/lab.js';
import { openConsole } from '../../helpers/open-console.js';
import { authservId } from '../../helpers/received.js';
import { until } from '../../helpers/until.js';
import { writeBounce } from '../../helpers/write-bounce.js';

const [ops, anna] = ['ops@example.com', 'anna@example.com'];
const actions = [{ name: 'ops', type: 'email', account: 'alerts', to: [ops, anna] }];

const test = suite<{ story: ConsoleStory }>('alert page');

test.before.each(async (context) => {
  context.story = await startConsoleStory({ actions });
});
test.after.each(({ story }) => story.end());

/** The path of the newest alert. */
function newest({ plugin }: ConsoleStory): string {
  return `/alerts/${
    plugin()
      .alerts()
      .find(({ source }) => source === 'test')?.id
  }`;
}

/** What the thread says, without its tags. */
async function thread(story: ConsoleStory, path = newest(story)): Promise<string> {
  const [, text = ''] = (await story.page(path)).split('<h2>What happened</h2>');
  return text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

test('The thread tells everything in its order: mails, replies, acknowledgements, the end.', async ({
  story,
}) => {
  const fired = await story.fires('db1');
  const mail = await story.mail(ops);
  await story.at('03:05');
  await story.replies(ops, mail, 'ack 30m I look into it');
  await story.at('03:10');
  await story.submit(newest(story), `${newest(story)}/say`, [
    ['kind', 'comment'],
    ['comment', 'the disk is new'],
  ]);
  await story.at('03:40');
  await story.settled();
  await story.ends(fired);
  await story.settled();
  const text = await thread(story);
  const parts = [
    /Fired/,
    /ops mailed \[CRITICAL\] DiskFull on db1 .{0,20} ops@example.com: accepted \(250 2.0.0 OK queued\)/,
    /Acknowledged by ops@example.com, 5 min after it fired , until Mon 2 Mar 2026, 03:35 UTC .{0,20} I look into it/,
    /Comment of anna@example.com in the console the disk is new/,
    /The acknowledgement of ops@example.com ended/,
    /Resolved/,
    /ops mailed \[RESOLVED\]/,
  ];
  const places = parts.map((part) => text.search(part));
  assert.not(places.includes(-1), `${places} in ${text}`);
  assert.equal(
    places,
    [...places].sort((a, b) => a - b),
    text,
  );
  assert.is(text.match(/Acknowledged by/g)?.length, 1);
});

test('A mail that came back, and one that was put off, is told with what the server said.', async ({
  story,
}) => {
  story.refuse({ code: 451, text: '4.3.2 busy just now' });
  await story.fires('db1');
  await story.tried();
  assert.match(await thread(story), /ops could not tell of it yet .*4\.3\.2 busy just now/);
  story.refuse(undefined);
  await story.clock.forward(600_000);
  const mail = await story.mail(ops);
  await story.settled();
  story.arrives(
    writeBounce('postfix', mail, {
      ...{ recipient: ops, status: '5.2.2' },
      diagnostic: 'smtp; 550 5.2.2 The mailbox is full',
    }),
  );
  await story.clock.forward(1_000);
  await until('the bounce', async () => (await thread(story)).includes('came back from'));
  assert.match(await thread(story), 'A mail came back from ops@example.com');
  assert.match(await thread(story), /ops@example\.com: came back \(.*mailbox is full/);
});

test('Acknowledging reaches the host, with who is signed in as author, and the mails say so.', async ({
  story,
}) => {
  const fired = await story.fires('db1');
  await story.mail(ops);
  await story.settled();
  const path = newest(story);
  const answer = await story.submit(path, `${path}/say`, [
    ['kind', 'acknowledge'],
    ['comment', 'from my desk'],
  ]);
  assert.is(answer.headers.get('location'), `${path}?done=acknowledge`);
  const [taken] = story.host.acknowledged;
  const { author, comment, at, expiresAt } = taken?.acknowledgement ?? {};
  assert.equal([author, comment], [anna, 'from my desk']);
  // As a bare reply does.
  assert.is((expiresAt?.getTime() ?? 0) - (at?.getTime() ?? 0), 8 * 3_600_000);
  assert.is(taken?.alerts[0]?.fingerprint, fired.alert.fingerprint);
  assert.match(await story.page(path), 'Extend</button>');
  await story.ends(fired);
  assert.match(await story.mail(ops, 2), anna);
});

test('The others who were mailed hear in the thread who has it, as after a reply.', async (context) => {
  await context.story.end();
  const acknowledgement = { account: 'alerts', authservId, answers: { confirm: false, tellOthers: true } };
  context.story = await startConsoleStory({ actions, acknowledgement });
  const { story } = context;
  await story.fires('db1');
  const first = await story.mail(ops);
  await story.settled();
  await story.submit(newest(story), `${newest(story)}/say`, [
    ['kind', 'acknowledge'],
    ['comment', 'I make room'],
  ]);
  await story.clock.forward(60_000);
  const heard = await story.mail(ops, 2);
  assert.match(heard, 'anna@example.com has it until');
  assert.match(heard, 'anna@example.com writes: I make room');
  assert.match(headerField(heard, 'References'), headerField(first, 'Message-ID'));
  // Who did it knows.
  assert.is(story.subjects(anna).length, 1);
  const told = 'ops@example.com heard of it in the thread of the mail';
  await until('the answer on record', async () => (await thread(story)).includes(told));
});

test('The same form twice counts once, also at the same time.', async ({ story }) => {
  await story.fires('db1');
  await story.settled();
  const path = newest(story);
  const page = await story.page(path);
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? '';
  const form = { kind: 'acknowledge', source: field('source'), token: field('token'), for: '1h' };
  const both = await Promise.all([
    story.visit.post(`${path}/say`, form),
    story.visit.post(`${path}/say`, form),
  ]);
  const third = await story.visit.post(`${path}/say`, { ...form, kind: 'unacknowledge' });
  assert.equal([...both, third].map((answer) => answer.headers.get('location')?.split('done=')[1]).sort(), [
    'acknowledge',
    'duplicate',
    'duplicate',
  ]);
  assert.is(story.host.acknowledged.length, 1);
  assert.is((await thread(story)).match(/Acknowledged by/g)?.length, 1);
  assert.match(await story.page(`${path}?done=duplicate`), 'counts once');
});

test('A form that is sent twice is told what came of the first, also where nothing did.', async ({
  story,
}) => {
  await story.fires('db1');
  await story.settled();
  const path = newest(story);
  const source = /name="source" value="([^"]+)"/.exec(await story.page(path))?.[1] ?? '';
  story.host.answer = () => 'gone';
  for (const round of [1, 2]) {
    const answer = await story.visit.post(`${path}/say`, { kind: 'acknowledge', source });
    assert.match(answer.headers.get('location') ?? '', 'done=gone', `${round}`);
  }
});

test('What somebody else took since the page was opened is not taken from them without a word.', async ({
  story,
}) => {
  await story.fires('db1');
  const mail = await story.mail(ops);
  await story.settled();
  const path = newest(story);
  const stale = await story.page(path);
  const fields = (page: string) => ({
    kind: 'acknowledge',
    ...Object.fromEntries(
      [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    ),
  });
  const list = await story.page('/alerts');
  await story.at('03:05');
  await story.replies(ops, mail, 'ack 30m I look into it');
  const told = story.host.acknowledged.length;
  const late = await story.visit.post(`${path}/say`, fields(stale));
  assert.is(late.status, 409);
  const fresh = await late.text();
  assert.match(fresh, 'somebody else has acknowledged since this page was opened');
  assert.match(fresh, 'Take it over</button>');
  const alert = path.split('/').at(-1) ?? '';
  const selected = await story.visit.post('/alerts/say', { ...fields(list), alert });
  assert.is(selected.status, 409);
  assert.match(await selected.text(), new RegExp(`value="${alert}"[^>]* checked`));
  assert.is(story.host.acknowledged.length, told);
  assert.is(story.plugin().alerts()[0]?.owner?.author, ops);

  const taken = await story.visit.post(`${path}/say`, fields(fresh));
  assert.match(taken.headers.get('location') ?? '', 'done=acknowledge');
  assert.is(story.plugin().alerts()[0]?.owner?.author, anna);
});

test('What the monitor does not take is said, and what was typed is kept and can be sent again.', async ({
  story,
}) => {
  await story.fires('db1');
  await story.settled();
  const path = newest(story);
  story.host.answer = () => {
    throw new Fault('HOST_UNAVAILABLE', { monitor: 'prod', detail: 'connection refused' });
  };
  const failed = await story.submit(path, `${path}/say`, [
    ...[['kind', 'acknowledge'] as const, ['for', '30m'] as const, ['comment', 'a <long> "story"'] as const],
  ]);
  assert.is(failed.status, 503);
  const page = await failed.text();
  assert.match(page, 'role="alert"');
  assert.match(page, 'prod does not take the acknowledgement now: connection refused');
  assert.match(page, 'a &lt;long&gt; &quot;story&quot;</textarea>');
  assert.match(page, /value="30m" selected/);
  assert.is(story.plugin().alerts()[0]?.status, 'firing');

  story.host.answer = () => 'acknowledged';
  const source = /name="source" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const again = await story.visit.post(`${path}/say`, {
    kind: 'acknowledge',
    for: '30m',
    comment: 'a',
    source,
  });
  assert.match(again.headers.get('location') ?? '', 'done=acknowledge');
  assert.is(story.host.acknowledged.length, 1);
});

test('A host that never answers is not waited for longer than a person does.', async ({ story }) => {
  await story.fires('db1');
  await story.settled();
  const path = newest(story);
  const hangs = new Promise<never>(() => {});
  Object.assign(story.host, { acknowledge: () => hangs });
  const answer = story.submit(path, `${path}/say`, [['kind', 'acknowledge']]);
  let over = false;
  void answer.then(() => {
    over = true;
  });
  while (!over) await story.clock.forward(5_000, () => new Promise((resolve) => setTimeout(resolve, 20)));
  assert.is((await answer).status, 503);
  assert.match(await (await answer).text(), 'no answer in 20 seconds');
});

test('What a host does after all is on record, the others hear of it, and the form counts once.', async (context) => {
  await context.story.end();
  const acknowledgement = { account: 'alerts', authservId, answers: { confirm: false, tellOthers: true } };
  context.story = await startConsoleStory({ actions, acknowledgement });
  const { story } = context;
  await story.fires('db1');
  await story.mail(ops);
  await story.settled();
  const path = newest(story);
  let says = (_: 'acknowledged') => {};
  let calls = 0;
  const acknowledge = () => {
    calls += 1;
    return new Promise<'acknowledged'>((resolve) => {
      says = resolve;
    });
  };
  Object.assign(story.host, { acknowledge });
  const source = /name="source" value="([^"]+)"/.exec(await story.page(path))?.[1] ?? '';
  const send = async () => {
    let over = false;
    const answer = story.visit.post(`${path}/say`, { kind: 'acknowledge', source }).finally(() => {
      over = true;
    });
    while (!over) await story.clock.forward(5_000, () => new Promise((resolve) => setTimeout(resolve, 20)));
    return answer;
  };
  const first = await send();
  assert.is(first.status, 503);
  assert.match(await first.text(), 'It may be done all the same');
  assert.is((await send()).status, 503);
  assert.is(calls, 1);
  says('acknowledged');
  await until('the record', async () => (await thread(story)).includes('Acknowledged by anna@example.com'));
  await until('the word to the others', async () => {
    await story.clock.forward(60_000);
    return story.subjects(ops).length > 1;
  });
  assert.match((await send()).headers.get('location') ?? '', 'done=duplicate');
  assert.is(calls, 1);
});

test('Giving back and what somebody else has are said in words.', async ({ story }) => {
  await story.fires('db1');
  await story.settled();
  const path = newest(story);
  assert.not.match(await story.page(path), 'Give back');
  await story.submit(path, `${path}/say`, [['kind', 'acknowledge']]);
  const back = await story.submit(path, `${path}/say`, [
    ['kind', 'unacknowledge'],
    ['comment', 'not mine'],
  ]);
  assert.match(back.headers.get('location') ?? '', 'done=unacknowledge');
  assert.is(story.plugin().alerts()[0]?.status, 'firing');
  assert.match(await thread(story), 'Given back by anna@example.com in the console not mine');
  story.host.answer = () => 'already-acknowledged';
  const late = await story.submit(path, `${path}/say`, [['kind', 'acknowledge']]);
  assert.match(await story.page(late.headers.get('location') ?? ''), 'somebody else has it already');
  assert.is(story.plugin().alerts()[0]?.status, 'firing');
});

test('A form without the token of the session, or of another one, does nothing.', async ({ story }) => {
  await story.fires('db1');
  const path = newest(story);
  const page = await story.page(path);
  const source = /name="source" value="([^"]+)"/.exec(page)?.[1] ?? '';
  for (const token of ['', 'x', 'A'.repeat(43)]) {
    const answer = await story.visit.post(`${path}/say`, { kind: 'acknowledge', source, token });
    assert.is(answer.status, 403, token);
  }
  assert.equal(story.host.acknowledged, []);
});

test('A form that no page of ours made is refused, whatever it says.', async ({ story }) => {
  await story.fires('db1');
  const path = newest(story);
  const source = `console${'a'.repeat(32)}`;
  const odd: Record<string, string>[] = [
    { kind: 'acknowledge' },
    { kind: 'drop', source },
    { kind: 'acknowledge', source: '../../x' },
    { kind: 'acknowledge', source, for: '-1h' },
    { kind: 'acknowledge', source, for: '1e9' },
    { kind: 'comment', source, comment: ' \r\n ' },
    { kind: 'comment', source, comment: 'x'.repeat(2_001) },
  ];
  for (const form of odd)
    assert.is((await story.visit.post(`${path}/say`, form)).status, 400, JSON.stringify(form));
  assert.equal(story.host.acknowledged, []);
  // Longer than the settings allow is as long as they allow.
  await story.visit.post(`${path}/say`, { kind: 'acknowledge', source, for: '52w' });
  const { at, expiresAt } = story.host.acknowledged[0]?.acknowledgement ?? {};
  assert.is((expiresAt?.getTime() ?? 0) - (at?.getTime() ?? 0), 8 * 3_600_000);
});

test('An alert that there is not gets a page that says so, also for odd addresses.', async ({ story }) => {
  for (const path of [
    '/alerts/aaaaaaaaaaaaa',
    '/alerts/..%2f..%2fetc',
    '/alerts/%00',
    `/alerts/${'a'.repeat(5_000)}`,
  ]) {
    const answer = await story.visit.get(path);
    assert.is(answer.status, 404, path);
  }
});

test('An alert that is no longer on record is told by the history.', async ({ story }) => {
  const fired = await story.fires('db1');
  await story.settled();
  const path = newest(story);
  await story.ends(fired);
  await story.settled();
  await story.plugin().stop();
  await rm(join(story.host.dataDir, 'alerts'), { recursive: true });
  await story.restart();
  assert.equal(story.plugin().alerts(), []);
  const visit = await openConsole(story.host.dataDir);
  const page = await (await visit.get(path)).text();
  assert.match(page, 'DiskFull on db1</h1>');
  assert.match(page, 'no longer on record');
  assert.match(page, /Fired<.*Resolved</);
});

test('A long thread comes in parts, the newest part first.', async ({ story }) => {
  await story.fires('db1');
  await story.settled();
  const path = newest(story);
  for (let count = 0; count < 205; count += 1)
    await story.visit.post(`${path}/say`, {
      ...{ kind: 'comment', comment: `number ${count}.` },
      source: `console${String(count).padStart(32, '0')}`,
    });
  const last = await thread(story);
  assert.match(last, 'number 204.');
  assert.not.match(last, 'number 100.');
  assert.match(last, '201 to 207 of 207');
  assert.match(await thread(story, `${path}?page=1`), /Fired .* number 97\./);
  assert.match(await thread(story, `${path}?page=99`), 'number 204.');
});

test.run();
