import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMailboxHealth } from '../../../src/ack/mailbox/mailbox-health.js';
import { Fault } from '../../../src/core/fault.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { openScene } from '../scene.js';

const trouble = {
  kind: 'unreachable',
  fault: new Fault('IMAP_UNREACHABLE', { host: 'example.com', port: 993, account: 'alerts', detail: 'no' }),
} as const;

test('A clock that is set back does not delay the system error.', async () => {
  const clock = fakeClock();
  const scene = await openScene(clock);
  const health = createMailboxHealth('alerts', ['IMAP_UNREACHABLE'], scene.systemErrors, clock);
  await clock.forward(2 * 3_600_000);
  await health.failed(trouble);
  await clock.set(new Date(clock.now().getTime() - 2 * 3_600_000));
  await health.failed(trouble);
  assert.equal(scene.changes, []);
  await clock.forward(5 * 60_000);
  await health.failed(trouble);
  assert.equal(scene.changes, ['raised IMAP_UNREACHABLE']);
  await scene.remove();
});

test.run();
