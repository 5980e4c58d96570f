import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/core/clock.js';
import { Fault } from '../../src/core/fault.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { until } from '../helpers/until.js';
import { firingAlert, replyTo } from './scene.js';
import { a, b, settled, stage } from './stage.js';

const test = suite<{ ends: (() => Promise<void>)[] }>('failing replies');

test.before.each((context) => {
  context.ends = [];
});
test.after.each(async ({ ends }) => {
  for (const end of ends) await end();
});

test('What the host cannot take stays pending over restarts, and holds up no reply behind it.', async (context) => {
  const on = await stage(context);
  const first = await on.start();
  let works = false;
  on.state.host = async (call) => {
    if (!works && call.alertIds.includes(`alert-${a}`))
      throw new Fault('HOST_UNAVAILABLE', { monitor: 'prod', detail: 'down' });
    return 'acknowledged';
  };
  on.server.append(replyTo(a, 'ack'));
  await settled(on);
  await until('one to wait', () => first.pending() === 1);
  await first.stop();
  works = true;
  const second = await on.start();
  await until('the mail to be moved', () => on.marked() === 2);
  assert.is(second.pending(), 0);
  const [one, two] = on.calls.filter((call) => call.alertIds.includes(`alert-${a}`));
  assert.equal(one, two);
});

test('A host that hangs holds up neither the other replies nor the stop.', async (context) => {
  const on = await stage(context);
  const run = await on.start();
  on.state.host = (call) =>
    call.alertIds.includes(`alert-${a}`) ? new Promise(() => undefined) : Promise.resolve('gone');
  on.server.append(replyTo(a, 'ack'));
  await settled(on);
  const startedAt = performance.now();
  await run.stop();
  assert.ok(performance.now() - startedAt < 4_000);
  on.state.host = async () => 'acknowledged';
  await on.start();
  await until('the mail to be moved', () => on.marked() === 2);
});

test('What was not taken for 24 hours is a system error, is not marked done, and is not tried for ever.', async (context) => {
  const clock = fakeClock(new Date());
  const on = await stage(context, { clock });
  const run = await on.start();
  let works = false;
  on.state.host = async () => {
    if (works) return 'acknowledged';
    throw new Error('the monitor is on fire');
  };
  on.server.append(replyTo(a, 'ack 3h'));
  await until('the host to be asked', () => on.calls.length > 0);
  for (let hours = 0; hours < 23; hours += 1) await clock.forward(3_600_000);
  assert.equal(on.scene.changes, []);
  assert.is(run.pending(), 1);
  await until('the error', async () => {
    await clock.forward(600_000);
    return on.scene.changes.length > 0;
  });
  const [error] = on.scene.systemErrors.list();
  assert.is(error?.code, 'ACK_NOT_TAKEN');
  assert.match(error?.message ?? '', /ops@example\.com .*the monitor is on fire/);
  await until('the record to be closed', () => run.pending() === 0);
  const tries = on.calls.length;
  assert.ok(tries > 200 && tries < 400, `${tries}`);
  for (let hours = 0; hours < 5; hours += 1) await clock.forward(3_600_000);
  assert.is(on.calls.length, tries);
  assert.is(on.server.mails().length, 1);
  await until('the history', async () => (await on.scene.history('not-taken')).length === 1);
  // A reply that goes well says nothing of this one.
  works = true;
  await settled(on);
  await clock.forward(600_000);
  assert.is(on.scene.systemErrors.list().length, 1);
  on.alerts.set(`alert-${a}`, firingAlert(`alert-${a}`, { status: 'acknowledged' }));
  await until('it to be cleared', async () => {
    await clock.forward(60_000);
    return on.scene.changes.includes('cleared ACK_NOT_TAKEN');
  });
});

test('A clock that is set back does not delay what waits.', async (context) => {
  let aheadMs = 2 * 3_600_000;
  const now = () => new Date(Date.now() + aheadMs);
  const on = await stage(context, {
    clock: {
      now,
      elapsedMs: systemClock.elapsedMs,
      // As long as it was to be when it began, as the clock of the machine does it.
      until: (date, signal) =>
        systemClock.until(new Date(Date.now() + date.getTime() - now().getTime()), signal),
    },
  });
  await on.start();
  on.state.host = async () => {
    if (aheadMs > 0) throw new Error('not reachable yet');
    return 'acknowledged';
  };
  on.server.append(replyTo(a, 'ack'));
  await until('the first try', () => on.calls.length === 1);
  aheadMs = 0;
  await until('the second', () => on.calls.length === 2, 8_000);
  await until('it to be moved', () => on.marked() === 1);
});

test('An older word is not said after a newer one on the same alert.', async (context) => {
  const on = await stage(context);
  await on.start();
  let tries = 0;
  on.state.host = async (call) => {
    if (call.kind === 'acknowledge') tries += 1;
    if (call.kind === 'acknowledge' && tries === 1) throw new Error('down');
    return 'acknowledged';
  };
  on.server.append(replyTo(a, 'ack'));
  await until('the first try', () => tries === 1);
  on.server.append(replyTo(a, 'unack'));
  await until('both to be done', () => on.marked() === 2);
  await until('the records to be closed', async () =>
    (await on.replies.names()).every((name) => !name.startsWith('open.')),
  );
  const records = await Promise.all((await on.replies.names()).map((name) => on.replies.get(name)));
  assert.ok(records.some((record) => record?.outcome === 'superseded'));
  assert.equal(
    on.calls.map((call) => call.kind),
    ['acknowledge', 'unacknowledge'],
  );
});

test('A mail that the reader fails on three times is set aside, told, and not tried for ever.', async (context) => {
  const on = await stage(context);
  const first = await on.start();
  const { put } = on.replies;
  const told: unknown[] = [];
  on.replies.put = async (name, record) => {
    if (record.failures === 3) told.push(...on.scene.systemErrors.list().map(({ code }) => code));
    await put(name, record);
  };
  const parts = '--x\r\nContent-Type: text/plain\r\n\r\nack\r\n'.repeat(600);
  on.server.append(replyTo(a, `${parts}--x--`, { 'Content-Type': 'multipart/mixed; boundary=x' }));
  on.server.append(replyTo(b, 'ack'));
  await until('the reply behind it', () => on.calls.length === 1);
  assert.equal(on.scene.changes, ['raised ACK_UNREADABLE']);
  assert.equal(told, ['ACK_UNREADABLE'], 'told before it is on record');
  assert.equal(on.calls[0]?.alertIds, [`alert-${b}`]);
  assert.is((await on.scene.history('unreadable')).length, 1);
  const bodies = () => on.server.commands.filter((line) => line.includes('BODY.PEEK[]')).length;
  assert.is(bodies(), 4);
  await until('the reply behind it to be moved', () => on.marked() === 1);
  assert.is(on.server.mails().length, 1);
  await first.stop();
});

test('A body that the connection dies on three times is set aside as well, and one that comes through is read.', async (context) => {
  let deaths = 0;
  let limit = 1;
  const drops: (() => void)[] = [];
  const on = await stage(context, {
    server: {
      onCommand: (line) => {
        if (line.includes('BODY.PEEK[]') && deaths < limit) {
          deaths += 1;
          drops[0]?.();
        }
      },
    },
  });
  drops.push(() => on.server.drop());
  await on.start();
  on.server.append(replyTo(a, 'ack'));
  await until('the reply', () => on.calls.length === 1);
  assert.is(deaths, 1);
  await until('IDLE', () => on.server.commands.at(-1) === 'IDLE');
  limit = 4;
  on.server.append(replyTo(a, 'ack poison'));
  on.server.append(replyTo(b, 'ack'));
  await until('the reply behind it', () => on.calls.length === 2, 40_000);
  assert.is(deaths, 4);
  assert.equal(on.calls[1]?.alertIds, [`alert-${b}`]);
  assert.ok(on.scene.changes.includes('raised ACK_UNREADABLE'));
});

test('A disk that cannot be read at the start is looked at again.', async (context) => {
  const on = await stage(context);
  const { names } = on.replies;
  let looks = 0;
  on.replies.names = async () => {
    looks += 1;
    if (looks === 1) throw new Error('EMFILE: too many open files');
    return names();
  };
  await on.start();
  on.server.append(replyTo(a, 'ack'));
  await until('the reply to be taken and moved', () => on.marked() === 1);
  assert.is(looks, 2);
});

test.run();
