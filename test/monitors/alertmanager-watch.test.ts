import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openAlertmanagerBench, pollMs } from './alertmanager-bench.js';

const labels = { alertname: 'DiskFull', instance: 'db1', severity: 'critical' };
const hourMs = 3_600_000;

/** A bridge that is started, with one alert that fires and is silenced. */
async function acknowledged(options: { readonly expiresInMs?: number } = {}) {
  const bench = await openAlertmanagerBench();
  const fingerprint = bench.server.fire(labels);
  const alert = bench.alert(labels);
  bench.start();
  const { expiresInMs } = options;
  const expiresAt =
    expiresInMs === undefined ? undefined : new Date(bench.clock.now().getTime() + expiresInMs);
  await bench.acknowledge([alert], expiresAt ? { expiresAt } : {});
  return { bench, fingerprint, alert };
}

test('a silenced alert that is missing for two minutes is resolved, and its silence deleted', async () => {
  const { bench, fingerprint, alert } = await acknowledged();
  await bench.polls(3);
  const goneAt = bench.clock.now();
  bench.server.resolve(fingerprint);
  await bench.polls(4);
  assert.equal(bench.kinds(), []);
  assert.is(bench.server.active().length, 1);
  await bench.polls(1);
  assert.equal(bench.kinds(), ['resolved']);
  assert.is(bench.server.active().length, 0);
  const [resolved] = bench.events;
  assert.is(resolved?.alert.fingerprint, alert.fingerprint);
  assert.is(resolved?.alert.endsAt?.getTime(), goneAt.getTime() + pollMs);
  await bench.polls(3);
  assert.is(bench.events.length, 1);

  await bench.post(
    bench.server.webhook({ labels, startsAt: alert.startsAt, status: 'resolved', endsAt: goneAt }),
  );
  assert.is(bench.events[1]?.id, resolved?.id, "the webhook's resolved is the same event");
  await bench.close();
});

test('failed polls count for nothing', async () => {
  const { bench, fingerprint } = await acknowledged();
  bench.server.resolve(fingerprint);
  await bench.polls(4);
  for (const mode of ['down', 503, 'garbled', 401] as const) {
    bench.server.mode = mode;
    await bench.polls(10);
  }
  assert.equal(bench.kinds(), []);
  bench.server.mode = 'up';
  await bench.polls(1);
  assert.equal(bench.kinds(), []);
  await bench.polls(1);
  assert.equal(bench.kinds(), ['resolved']);
  await bench.close();
});

test('an alert that comes back in time was never away', async () => {
  const { bench, fingerprint, alert } = await acknowledged();
  for (let round = 0; round < 4; round += 1) {
    bench.server.resolve(fingerprint);
    await bench.polls(3);
    bench.server.fire(labels, alert.startsAt);
    await bench.polls(1);
  }
  assert.equal(bench.kinds(), []);
  assert.is(bench.server.active().length, 1);
  await bench.close();
});

test('an Alertmanager that has just started knows no alerts, and that means nothing', async () => {
  const { bench, alert, fingerprint } = await acknowledged();
  bench.server.resolve(fingerprint);
  await bench.polls(3);
  bench.server.restart();
  await bench.polls(4);
  bench.server.fire(labels, alert.startsAt);
  await bench.polls(10);
  assert.equal(bench.kinds(), []);
  assert.is(bench.server.active().length, 1);
  bench.server.restart();
  await bench.polls(4);
  assert.equal(bench.kinds(), []);
  await bench.polls(6);
  assert.equal(bench.kinds(), ['resolved']);
  await bench.close();
});

test('a suspended machine does not make an alert resolved', async () => {
  const { bench, fingerprint } = await acknowledged();
  bench.server.resolve(fingerprint);
  await bench.polls(1);
  bench.jump(hourMs);
  await bench.polls(2);
  assert.equal(bench.kinds(), []);
  await bench.polls(2);
  assert.equal(bench.kinds(), ['resolved']);
  await bench.close();
});

test('a later startsAt is a new firing: the silence goes, and both are told', async () => {
  const { bench, fingerprint, alert } = await acknowledged();
  await bench.polls(2);
  bench.server.resolve(fingerprint);
  await bench.polls(1);
  bench.server.fire(labels);
  const startsAt = bench.clock.now();
  await bench.polls(1);
  assert.equal(bench.kinds(), ['resolved', 'fired']);
  assert.equal(bench.events[0]?.alert.startsAt, alert.startsAt);
  assert.equal(bench.events[1]?.alert.startsAt, startsAt);
  assert.not.ok(bench.server.isSilenced(fingerprint));
  await bench.post(bench.server.webhook({ labels, startsAt }));
  assert.is(bench.events[2]?.id, bench.events[1]?.id, "the webhook's fired is the same event");
  await bench.close();
});

test('a firing after one that resolved under a silence is told, since Alertmanager does not', async () => {
  const { bench, fingerprint, alert } = await acknowledged();
  bench.server.resolve(fingerprint);
  await bench.polls(6);
  await bench.restart();
  await bench.polls(20);
  assert.equal(bench.kinds(), ['resolved']);
  bench.server.fire(labels);
  const startsAt = bench.clock.now();
  await bench.polls(3);
  assert.equal(bench.kinds(), ['resolved', 'fired']);
  assert.equal(bench.events[1]?.alert.startsAt, startsAt);
  await bench.post(bench.server.webhook({ labels, startsAt }));
  assert.is(bench.events[2]?.id, bench.events[1]?.id, "the webhook's fired is the same event");
  assert.equal(await bench.silences.names(), []);

  // Prometheus was away: the alert comes back as it was.
  bench.events.length = 0;
  await bench.acknowledge([bench.alert(labels, startsAt)], { source: 'second' });
  bench.server.resolve(fingerprint);
  await bench.polls(6);
  bench.server.fire(labels, startsAt);
  await bench.polls(3);
  assert.equal(bench.kinds(), ['resolved', 'fired']);
  await bench.post(bench.server.webhook({ labels, startsAt }));
  assert.is.not(bench.events[2]?.id, bench.events[1]?.id, 'that id was told before');
  assert.ok(alert);
  await bench.close();
});

test("a next firing under somebody else's silence is not told before that is over", async () => {
  for (const underOurs of [true, false]) {
    const { bench, fingerprint } = await acknowledged();
    bench.server.resolve(fingerprint);
    await bench.polls(underOurs ? 1 : 6);
    const maintenance = bench.server.silence({ alertname: 'DiskFull' });
    bench.server.fire(labels);
    await bench.polls(6);
    assert.equal(bench.kinds(), ['resolved']);
    bench.server.expire(maintenance);
    await bench.polls(1);
    assert.equal(bench.kinds(), ['resolved', 'fired']);
    await bench.close();
  }
});

test('a next firing is looked out for a week, or until a newer one is acknowledged', async () => {
  const { bench, fingerprint } = await acknowledged();
  bench.server.resolve(fingerprint);
  await bench.polls(6);
  bench.server.fire(labels);
  // A newer firing is acknowledged before the bridge looks.
  await bench.acknowledge([bench.alert(labels)], { source: 'newer' });
  await bench.polls(2);
  assert.equal(bench.kinds(), ['resolved']);
  assert.is((await bench.silences.names()).length, 1);
  bench.server.resolve(fingerprint);
  await bench.polls(6);
  assert.equal(bench.kinds(), ['resolved', 'resolved']);
  bench.jump(8 * 24 * hourMs);
  await bench.polls(1);
  assert.equal(await bench.silences.names(), []);
  await bench.close();
});

test('an acknowledgement that runs out is told as repeated', async () => {
  const { bench, fingerprint } = await acknowledged({ expiresInMs: 10 * 60_000 });
  await bench.polls(19);
  assert.equal(bench.kinds(), []);
  await bench.polls(2);
  assert.equal(bench.kinds(), ['repeated']);
  assert.equal(await bench.silences.names(), []);
  assert.not.ok(bench.server.isSilenced(fingerprint));
  await bench.polls(5);
  assert.is(bench.events.length, 1);
  await bench.close();
});

test('an acknowledgement that runs out ends also a silence that somebody keeps alive', async () => {
  const { bench, fingerprint } = await acknowledged({ expiresInMs: 5 * 60_000 });
  const [silence] = bench.server.active();
  if (silence) silence.endsAt = new Date(bench.clock.now().getTime() + 24 * hourMs);
  await bench.polls(11);
  assert.equal(bench.kinds(), ['repeated']);
  assert.not.ok(bench.server.isSilenced(fingerprint));
  await bench.close();
});

test('a silence deleted in Alertmanager takes the acknowledgement back', async () => {
  for (const expiresInMs of [undefined, 4 * hourMs]) {
    const { bench } = await acknowledged(expiresInMs === undefined ? {} : { expiresInMs });
    await bench.polls(2);
    bench.server.expire(bench.server.active()[0]?.id ?? '');
    await bench.polls(1);
    assert.equal(bench.kinds(), ['unacknowledged', 'repeated']);
    assert.equal(await bench.silences.names(), []);
    await bench.close();
  }
});

test('a silence edited in Alertmanager is the same acknowledgement', async () => {
  const { bench, fingerprint } = await acknowledged();
  await bench.polls(1);
  const edited = bench.server.edit(bench.server.active()[0]?.id ?? '', {});
  await bench.polls(3);
  assert.equal(bench.kinds(), []);
  bench.server.resolve(fingerprint);
  await bench.polls(6);
  assert.equal(bench.kinds(), ['resolved']);
  assert.not.ok(bench.server.active().some((silence) => silence.id === edited));
  await bench.close();
});

test('an acknowledgement taken back by a reply is told once', async () => {
  const { bench, alert } = await acknowledged();
  await bench.acknowledge([alert], { kind: 'unacknowledge', source: 'back' });
  await bench.polls(3);
  assert.equal(bench.kinds(), ['unacknowledged', 'repeated']);
  await bench.acknowledge([alert], { source: 'again' });
  await bench.acknowledge([alert], { kind: 'unacknowledge', source: 'back again' });
  await bench.acknowledge([alert], { source: 'and again' });
  await bench.polls(3);
  assert.is(bench.events.length, 2, 'taken again before it was told');
  assert.is(bench.server.active().length, 1);
  await bench.close();
});

test('a silence without a fixed end is renewed hourly while the alert fires, and not after', async () => {
  const { bench, fingerprint } = await acknowledged();
  const id = bench.server.active()[0]?.id;
  const posts = () => bench.server.requests.filter((line) => line.startsWith('POST')).length;
  await bench.polls((6 * hourMs) / pollMs);
  assert.ok(bench.server.isSilenced(fingerprint));
  assert.ok(posts() >= 6 && posts() <= 8, `${posts()} posts in six hours`);
  assert.is(bench.server.active()[0]?.id, id, 'it stays the same silence');
  assert.match(bench.server.active()[0]?.comment ?? '', /^ACK! on it \(ops@example.com\)/);
  assert.equal(bench.kinds(), []);
  bench.server.resolve(fingerprint);
  const before = posts();
  await bench.polls(6);
  assert.is(posts(), before);
  assert.equal(bench.kinds(), ['resolved']);
  await bench.close();
});

test('an alert with more labels is not silenced along', async () => {
  const { bench, fingerprint } = await acknowledged();
  const more = bench.server.fire({ ...labels, device: 'sda' });
  assert.ok(bench.server.isSilenced(more));
  await bench.polls(2);
  assert.not.ok(bench.server.isSilenced(more));
  assert.ok(bench.server.isSilenced(fingerprint));
  await bench.polls(2);
  assert.is(bench.server.active().length, 1);
  assert.equal(bench.kinds(), []);
  await bench.close();
});

test('after a restart it goes on from its records', async () => {
  const { bench, fingerprint } = await acknowledged();
  await bench.polls(1);
  await bench.restart();
  bench.server.resolve(fingerprint);
  await bench.polls(6);
  assert.equal(bench.kinds(), ['resolved']);
  await bench.close();
});

test('a silence that ran out while Ackmail was away is made again, since the acknowledgement holds', async () => {
  for (const lost of [false, true]) {
    const { bench, fingerprint } = await acknowledged();
    await bench.polls(1);
    await bench.stop();
    await bench.clock.forward(5 * hourMs);
    if (lost) bench.server.forgetSilences();
    assert.not.ok(bench.server.isSilenced(fingerprint));
    await bench.restart();
    await bench.polls(1);
    assert.ok(bench.server.isSilenced(fingerprint));
    assert.equal(bench.kinds(), []);
    await bench.close();
  }
});

test('what could not be raised is raised again, with the same ids', async () => {
  const { bench, fingerprint } = await acknowledged();
  await bench.stop();
  const tries: string[] = [];
  bench.start({
    raise: async (events) => {
      tries.push(...events.map((event) => event.id));
      throw new Error('disk full');
    },
  });
  bench.server.resolve(fingerprint);
  await bench.polls(7);
  assert.ok(tries.length >= 2);
  assert.is(new Set(tries).size, 1);
  await bench.restart();
  await bench.polls(1);
  assert.equal(
    bench.events.map((event) => event.id),
    [tries[0]],
  );
  await bench.polls(3);
  assert.is(bench.events.length, 1);
  await bench.close();
});

test('a silence that Alertmanager knows no more is as good as deleted', async () => {
  const { bench, fingerprint } = await acknowledged();
  bench.server.resolve(fingerprint);
  await bench.polls(4);
  bench.server.forgetSilences();
  await bench.polls(2);
  assert.equal(bench.kinds(), ['resolved']);
  await bench.close();
});

test('one silence that is refused does not hold up the others', async () => {
  const { bench, fingerprint } = await acknowledged();
  const other = { alertname: 'Other' };
  const second = bench.server.fire(other);
  await bench.acknowledge([bench.alert(other)], { source: 'two' });
  const record = await bench.silences.get(bench.alert(labels).id);
  // The store keeps a record that Alertmanager refuses to make a silence of.
  if (record)
    await bench.silences.put(bench.alert(labels).id, {
      ...record,
      silenceId: 'lost',
      sources: ['none'],
      alert: { ...record.alert, labels: {} },
    });
  bench.server.resolve(second);
  await bench.polls(6);
  assert.equal(
    bench.events.map((event) => [event.kind, event.alert.labels]),
    [['resolved', other]],
  );
  assert.ok(fingerprint);
  await bench.close();
});

test('without silences Alertmanager is not asked', async () => {
  const bench = await openAlertmanagerBench();
  bench.start();
  await bench.polls(5);
  assert.equal(bench.server.requests, []);
  await bench.close();
});

test('stop ends a poll that hangs', async () => {
  const { bench } = await acknowledged();
  bench.server.mode = 'hung';
  await bench.clock.forward(pollMs);
  const startedAt = Date.now();
  await bench.stop();
  assert.ok(Date.now() - startedAt < 2_000);
  await bench.close();
});

test.run();
