import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RaisedEvent } from '../../src/core/alert.js';
import { type Story, startStory } from '../helpers/story.js';
import { until } from '../helpers/until.js';
import { noSpace, watchingSyncs } from '../helpers/watching-syncs.js';

const ops = 'ops@example.com';
const settings = { actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [ops] }] };

// Each story is told with another first sync that fails, until one has ended before it came to that.
for (const [name, length] of [
  ['one sync that fails', 1],
  ['five syncs in a row that fail', 5],
] as const)
  test(`No alert and no reply is lost by ${name}, whenever that is, and everything goes on by itself.`, async () => {
    let stories = 0;
    while ((await tell(1 + 2 * stories, length)) > 0) stories += 1;
    assert.ok(stories > 20, `${stories} stories`);
  });

/** Tells a story in which some syncs in a row fail, beginning with the `first` one, and says how many did. */
async function tell(first: number, length: number): Promise<number> {
  const story = await startStory(settings);
  let syncs = 0;
  let failed = 0;
  try {
    await watchingSyncs(
      async () => {
        syncs += 1;
        if (syncs < first || syncs >= first + length) return;
        failed += 1;
        await noSpace();
      },
      () => tellOf(story, `with sync ${first} failing`),
    );
  } finally {
    await story.end();
  }
  return failed;
}

/** An alert is told, acknowledged by a reply and ends; another one fires; nothing is wrong in the end. */
async function tellOf(story: Story, how: string): Promise<void> {
  const mails = () => story.subjects(ops).filter((subject) => subject.includes('DiskFull'));
  const comes = (what: string, look: () => unknown) =>
    until(`${what} ${how}`, async () => {
      await story.clock.forward(5_000);
      return look();
    });

  const fired = await taken(story, () => story.fires('db1'));
  await comes('the mail', () => mails().length === 1);
  const number = story.subjects(ops).findIndex((subject) => subject.includes('DiskFull')) + 1;
  story.writes(ops, await story.mail(ops, number), 'ack 2h');
  await comes('the acknowledgement', () => story.host.acknowledged.length > 0);
  await taken(story, () => story.plugin().handleAlerts([endOf(fired, story.clock.now())]));
  await comes('the mail of the end', () => mails().length === 2);
  await story.clock.forward(60_000);
  await taken(story, () => story.fires('db2'));
  await comes('the mail of another alert', () => mails().length === 3);
  await comes('rest', async () => {
    const { actions, acknowledgement, systemErrors } = await story.plugin().status();
    const isIdle = actions.every(({ waiting }) => waiting === 0);
    return isIdle && acknowledgement?.state === 'watching' && systemErrors.length === 0;
  });
  await story.clock.forward(120_000);
  assert.equal(
    mails(),
    ['[CRITICAL] DiskFull on db1', '[RESOLVED] DiskFull on db1', '[CRITICAL] DiskFull on db2'],
    how,
  );
  assert.is(story.host.acknowledged.length, 1, how);
}

/** A monitor sends again what was refused. */
async function taken<T>(story: Story, send: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await send();
    } catch (thrown) {
      assert.match(String(thrown), /ENOSPC/);
      await story.clock.forward(5_000);
    }
}

function endOf(fired: RaisedEvent, at: Date): RaisedEvent {
  const alert = { ...fired.alert, endsAt: at };
  return { ...fired, id: `${fired.id}-end`, kind: 'resolved', at, alert };
}

test.run();
