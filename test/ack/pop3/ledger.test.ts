import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openLedger } from '../../../src/ack/pop3/ledger.js';
import { maildropType } from '../../../src/ack/pop3/maildrop.js';
import { collectGarbage } from '../../helpers/collect-garbage.js';
import { openScene, type Scene } from '../scene.js';

const test = suite<{ scene: Scene }>('pop3 ledger');
const now = new Date('2026-11-23T08:00:00Z');

test.before.each(async (context) => {
  context.scene = await openScene();
});
test.after.each(({ scene }) => scene.remove());

const open = ({ store }: Scene) => openLedger(store.collection('maildrops', maildropType), 'alerts', now);
const numbered = (uids: readonly string[]) => uids.map((uid, index) => ({ number: index + 1, uid }));

test('Every unique-id is a mail of its own, whatever it says, also after a restart.', async ({ scene }) => {
  const mails = numbered([
    '__proto__',
    'constructor',
    'a',
    'A',
    '"',
    '\\u0061',
    'x'.repeat(70),
    '~'.repeat(70),
  ]);
  const first = await open(scene);
  await first.begin([]);
  for (const mail of mails) {
    assert.equal(first.unknown([mail]), [mail], mail.uid);
    first.note(mail, now);
  }
  await first.looked(mails, now);

  const next = await open(scene);
  assert.equal(next.unknown(mails), []);
  assert.equal(
    next.drop().ours,
    mails.map(({ uid }) => [uid, now]),
  );
  await next.looked(mails.slice(1), now);
  assert.equal((await open(scene)).unknown(mails), mails.slice(0, 1));
});

test('What could not be written is written by the next look, and nothing is new twice.', async ({
  scene,
}) => {
  const mails = numbered(['a', 'b', 'c']);
  const maildrops = scene.store.collection('maildrops', maildropType);
  let isFull = false;
  const ledger = await openLedger(
    {
      ...maildrops,
      async put(name, drop) {
        if (isFull) throw new Error('ENOSPC: no space left on device');
        await maildrops.put(name, drop);
      },
    },
    'alerts',
    now,
  );
  const fails = async (work: () => unknown) => {
    try {
      await work();
    } catch (thrown) {
      return assert.match(String(thrown), 'ENOSPC');
    }
    assert.unreachable('It was written.');
  };

  isFull = true;
  await fails(() => ledger.begin(mails.slice(0, 1)));
  assert.equal(ledger.unknown(mails), mails.slice(1));
  for (const mail of mails.slice(1)) ledger.note(mail, now);
  await fails(() => ledger.looked(mails, now));
  await fails(() => ledger.looked(mails, now));
  assert.equal((await open(scene)).unknown(mails), mails);

  isFull = false;
  await ledger.looked(mails, now);
  const next = await open(scene);
  assert.equal(next.unknown(mails), []);
  assert.is(next.drop().isKnown, true);
  assert.equal(
    next.drop().ours.map(([uid]) => uid),
    ['b', 'c'],
  );
});

test('A mail on record does not keep the list in memory that it was in.', async ({ scene }) => {
  const rounds = 40;
  const listed = 20_000;
  const ledger = await open(scene);
  await ledger.begin([]);
  const list = (round: number) => {
    const text = Array.from({ length: listed }, (_, index) => `${round}-of-the-rounds-${index}`).join('\n');
    return numbered(text.split('\n'));
  };
  await collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < rounds; round += 1)
    for (const mail of list(round).slice(0, 1)) ledger.note(mail, now);
  await collectGarbage();
  assert.ok(process.memoryUsage().heapUsed - before < 4e6, `${process.memoryUsage().heapUsed - before}`);
  assert.is(ledger.drop().known.length, rounds);
});

test.run();
