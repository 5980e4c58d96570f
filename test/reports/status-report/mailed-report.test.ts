import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { headerField } from '../../helpers/lab.js';
import { type Story, startStory } from '../../helpers/story.js';
import { textOf } from '../../helpers/text-of.js';
import { until } from '../../helpers/until.js';

const boss = 'boss@example.com';
const settings = (report: object = {}) => ({
  timeZone: 'Europe/Berlin',
  actions: [{ type: 'email', account: 'alerts', name: 'team', to: ['team@example.com'] }],
  report: { to: [boss], every: 'day', ...report },
});

/** A time later, of which Ackmail sleeps the most: it has much to do in a day. */
async function skipTo(story: Story, date: string): Promise<void> {
  await story.settled();
  await story.plugin().stop();
  await story.clock.set(new Date(date));
  await story.restart();
}

/** Whether a report is on disk that nobody has yet. */
async function isOpen({ host, clock }: Story): Promise<boolean> {
  // What is in the journal becomes a file a moment later.
  await clock.forward(5_000);
  const text = await readFile(`${host.dataDir}/reports/last.json`, 'utf8').catch(() => '{}');
  return JSON.parse(text).open !== undefined;
}

test('Each morning people get one report of what happened since the last one, over restarts.', async () => {
  // 07:00 in Berlin is 06:00 in UTC.
  const story = await startStory(settings(), '05:00');
  try {
    await story.at('05:59:59');
    assert.equal(story.subjects(boss), []);
    await story.at('06:00');
    const first = await story.mail(boss);
    assert.is(headerField(first, 'Subject'), 'Ackmail report: no alert fired');
    assert.is(headerField(first, 'Auto-Submitted'), 'auto-generated');

    await story.restart();
    await story.fires('db1');
    const mail = await story.mail('team@example.com');
    await story.at('06:20');
    await story.replies('team@example.com', mail, 'on it');
    await story.fires('db2', 'warning');
    await skipTo(story, '2026-03-03T05:59:30Z');
    assert.is(story.subjects(boss).length, 1);
    await story.at('06:00');
    const second = await story.mail(boss, 2);
    assert.is(headerField(second, 'Subject'), 'Ackmail report: 2 alerts, 1 not acknowledged');
    const text = textOf(second);
    assert.match(text, 'Mon 2 Mar 2026, 07:00 CET - Tue 3 Mar 2026, 07:00 CET');
    assert.match(text, '2 alerts fired; 1 of them acknowledged (50 %), 1 not, of which 1 fires now.');
    assert.match(text, 'Half were acknowledged within 20 min');
    assert.match(text, /team@example.com +1/);
    assert.match(text, /DiskFull on db2 +warning +test +2 Mar 07:20 +23 h 40 min, fires/);
    await story.restart();
    await story.clock.forward(60_000);
    assert.is(story.subjects(boss).length, 2, 'and no more');
  } finally {
    await story.end();
  }
});

test('A report that the server does not take is tried again, and the next one takes its place.', async () => {
  const story = await startStory(settings(), '05:00');
  try {
    story.refuse({ code: 451, text: '4.3.2 not now' });
    await story.at('06:10');
    assert.equal(story.subjects(boss), []);
    story.refuse(undefined);
    await story.clock.forward(20 * 60_000);
    await story.mail(boss);
    story.refuse({ code: 451, text: '4.3.2 not now' });
    const isInHistory = async (text: string) => {
      await story.clock.forward(30_000);
      const days = ['2026-03-02', '2026-03-03', '2026-03-04'].map((day) =>
        readFile(`${story.host.dataDir}/history/${day}.ndjson`, 'utf8').catch(() => ''),
      );
      return (await Promise.all(days)).join('').includes(text);
    };
    await until('the first on record', () => isInHistory('"kind":"reported"'));
    await skipTo(story, '2026-03-03T05:59:30Z');
    await story.at('06:05');
    await until('the second on disk', () => isOpen(story));
    await skipTo(story, '2026-03-04T05:59:30Z');
    await until('an end of it', () => isInHistory('"kind":"not-reported"'));
    story.refuse(undefined);
    await story.clock.forward(20 * 60_000);
    const text = textOf(await story.mail(boss, 2));
    assert.match(text, 'Mon 2 Mar 2026, 07:00 CET - Wed 4 Mar 2026, 07:00 CET');
    await story.clock.forward(60_000);
    assert.is(story.subjects(boss).length, 2);
  } finally {
    await story.end();
  }
});

test('After days without Ackmail one report tells of all of them; who is refused is told of.', async () => {
  const story = await startStory(settings({ to: [boss, 'gone@example.com'] }), '05:00');
  try {
    await story.at('06:00');
    await story.mail(boss);
    const error = () => story.host.systemErrors.includes('raised SMTP_REJECTED report');
    await until('the system error', error);
    await story.plugin().stop();
    await story.clock.forward(3 * 86_400_000);
    await story.restart();
    const text = textOf(await story.mail(boss, 2));
    assert.match(text, 'Mon 2 Mar 2026, 07:00 CET - Thu 5 Mar 2026, 07:00 CET');
    assert.match(text, 'The mail "Ackmail report: no alert fired" did not reach gone@example.com');
    assert.match(headerField(await story.mail(boss, 2), 'Subject'), '[SYSTEM ERROR] Ackmail report');
    await story.clock.forward(60_000);
    assert.is(story.subjects(boss).length, 2);
  } finally {
    await story.end();
  }
});

test('A clock that is set back sends no report twice; one that was ahead for long keeps none back.', async () => {
  const story = await startStory(settings(), '05:00');
  try {
    await story.at('06:00');
    await story.mail(boss);
    await story.clock.set(new Date('2026-03-02T05:00:00Z'));
    await story.clock.forward(2 * 3_600_000);
    await story.restart();
    assert.is(story.subjects(boss).length, 1);
    await story.plugin().stop();
    await story.clock.set(new Date('2027-03-02T05:00:00Z'));
    await story.restart();
    await story.mail(boss, 2);
    await story.plugin().stop();
    await story.clock.set(new Date('2026-03-03T05:00:00Z'));
    await story.restart();
    await story.at('06:00');
    await story.mail(boss, 3);
    await story.clock.forward(60_000);
    assert.is(story.subjects(boss).length, 3);
  } finally {
    await story.end();
  }
});

test.run();
