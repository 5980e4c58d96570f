import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Fault } from '../../src/core/fault.js';
import { openAlertmanagerBench } from './alertmanager-bench.js';

const labels = { alertname: 'DiskFull', instance: 'db1', severity: 'critical' };
const hourMs = 3_600_000;

async function thrownBy(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}

test('an acknowledgement is a silence of all labels that begins with ACK! and carries its source', async () => {
  const bench = await openAlertmanagerBench();
  const fingerprint = bench.server.fire(labels);
  const alert = bench.alert(labels);
  const expiresAt = new Date(bench.clock.now().getTime() + 8 * hourMs);
  assert.is(await bench.acknowledge([alert], { expiresAt }), 'acknowledged');
  const [silence] = bench.server.active();
  assert.ok(bench.server.isSilenced(fingerprint));
  assert.is(silence?.comment, `ACK! on it (ops@example.com) [ackmail <reply-1@example.com> ${alert.id}]`);
  assert.is(silence?.createdBy, 'ops@example.com');
  assert.equal(silence?.endsAt, expiresAt);
  assert.equal(
    silence?.matchers,
    Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
  );
  await bench.close();
});

test('without an expiry the silence lasts two hours at a time', async () => {
  const bench = await openAlertmanagerBench();
  bench.server.fire(labels);
  await bench.acknowledge([bench.alert(labels)], { comment: '' });
  const [silence] = bench.server.active();
  assert.is(silence?.endsAt.getTime(), bench.clock.now().getTime() + 2 * hourMs);
  assert.match(silence?.comment ?? '', /^ACK! \(ops@example\.com\) \[ackmail /);
  await bench.close();
});

test('The same reply twice acknowledges once.', async () => {
  const bench = await openAlertmanagerBench();
  bench.server.fire(labels);
  const alert = bench.alert(labels);
  assert.is(await bench.acknowledge([alert]), 'acknowledged');
  assert.is(await bench.acknowledge([alert]), 'duplicate');
  assert.is(bench.server.silences().length, 1);

  const other = { alertname: 'Other' };
  bench.server.fire(other);
  const twins = await Promise.all([1, 2, 3].map(() => bench.acknowledge([bench.alert(other)])));
  assert.equal(twins, ['acknowledged', 'duplicate', 'duplicate']);
  assert.is(bench.server.silences().length, 2);
  await bench.close();
});

test('a silence whose record was not written is found by its source', async () => {
  const bench = await openAlertmanagerBench();
  bench.server.fire(labels);
  const alert = bench.alert(labels);
  for (const source of [
    '<a@example.com>',
    'x] [ackmail <a@example.com>',
    `two words\r\n${'x'.repeat(500)}`,
  ]) {
    const before = bench.server.silences().length;
    await bench.silences.delete(alert.id);
    bench.server.cutAfterNextPost = true;
    const fault = await thrownBy(bench.acknowledge([alert], { source }));
    assert.is(fault.code, 'HOST_UNAVAILABLE');
    assert.is(await bench.silences.get(alert.id), undefined);
    assert.is(await bench.acknowledge([alert], { source }), 'duplicate');
    assert.is(bench.server.silences().length, before + 1);
    assert.is((await bench.silences.get(alert.id))?.silenceId, bench.server.silences().at(-1)?.id);
  }
  await bench.close();
});

test('a source that looks like the tag of another is not taken for it', async () => {
  const bench = await openAlertmanagerBench();
  bench.server.fire(labels);
  const alert = bench.alert(labels);
  await bench.acknowledge([alert], { source: 'x] [ackmail <a@example.com>' });
  await bench.silences.delete(alert.id);
  assert.is(await bench.acknowledge([alert], { source: '<a@example.com>' }), 'acknowledged');
  await bench.close();
});

test('A reply never acknowledges a firing that its mail did not tell of.', async () => {
  const bench = await openAlertmanagerBench();
  const alert = bench.alert(labels);
  await bench.clock.forward(hourMs);
  bench.server.fire(labels);
  assert.is(await bench.acknowledge([alert]), 'gone', 'it fires anew');

  // A silence for fewer labels would take the alert with more labels along.
  const more = { ...labels, device: 'sda' };
  const other = bench.server.fire(more);
  const fingerprint = bench.server.fire(labels);
  assert.is(await bench.acknowledge([bench.alert(labels)]), 'acknowledged');
  assert.ok(bench.server.isSilenced(fingerprint));
  assert.not.ok(bench.server.isSilenced(other));
  await bench.close();
});

test('an alert that fires no more is gone, unless Alertmanager has just started', async () => {
  const bench = await openAlertmanagerBench();
  const alert = bench.alert(labels);
  assert.is(await bench.acknowledge([alert]), 'gone');
  assert.is(bench.server.silences().length, 0);
  bench.server.restart();
  assert.is(await bench.acknowledge([alert]), 'acknowledged');
  assert.is(bench.server.active().length, 1);
  await bench.close();
});

test('another person who takes over changes the silence, and the first reply does not take it back', async () => {
  const bench = await openAlertmanagerBench();
  bench.server.fire(labels);
  const alert = bench.alert(labels);
  await bench.acknowledge([alert]);
  await bench.clock.forward(60_000);
  const expiresAt = new Date(bench.clock.now().getTime() + 24 * hourMs);
  const second = { author: 'night@example.com', comment: 'mine', source: 'second', expiresAt };
  assert.is(await bench.acknowledge([alert], second), 'acknowledged');
  assert.is(bench.server.silences().length, 1);
  assert.match(bench.server.active()[0]?.comment ?? '', 'ACK! mine (night@example.com) [ackmail second');
  assert.equal(bench.server.active()[0]?.endsAt, expiresAt);
  assert.is(await bench.acknowledge([alert]), 'duplicate');
  assert.match(bench.server.active()[0]?.comment ?? '', 'night@example.com');

  bench.server.forgetSilences();
  assert.is(await bench.acknowledge([alert], { ...second, source: 'third' }), 'acknowledged');
  assert.is(bench.server.active().length, 1);
  await bench.close();
});

test('several alerts get a silence each, and a failure half-way is finished at the next try', async () => {
  const bench = await openAlertmanagerBench();
  const alerts = ['db1', 'db2', 'db3'].map((instance) => {
    bench.server.fire({ ...labels, instance });
    return bench.alert({ ...labels, instance });
  });
  bench.server.cutAfterNextPost = true;
  assert.ok((await thrownBy(bench.acknowledge(alerts))).transient);
  assert.is(await bench.acknowledge(alerts), 'acknowledged');
  assert.is(bench.server.active().length, 3);
  assert.is(bench.server.silences().length, 3);
  assert.is(await bench.acknowledge(alerts), 'duplicate');
  await bench.close();
});

test('taking back deletes the silence, also one without a record', async () => {
  const bench = await openAlertmanagerBench();
  const fingerprint = bench.server.fire(labels);
  const alert = bench.alert(labels);
  const back = { kind: 'unacknowledge', source: 'back' } as const;
  await bench.acknowledge([alert]);
  assert.is(await bench.acknowledge([alert], back), 'acknowledged');
  assert.not.ok(bench.server.isSilenced(fingerprint));
  assert.is(await bench.acknowledge([alert], back), 'duplicate');

  assert.is(await bench.acknowledge([alert], { source: 'again' }), 'acknowledged');
  assert.ok(bench.server.isSilenced(fingerprint));
  await bench.silences.delete(alert.id);
  assert.is(await bench.acknowledge([alert], back), 'acknowledged');
  assert.not.ok(bench.server.isSilenced(fingerprint));
  await bench.close();
});

test('a comment changes nothing in Alertmanager', async () => {
  const bench = await openAlertmanagerBench();
  bench.server.fire(labels);
  assert.is(await bench.acknowledge([bench.alert(labels)], { kind: 'comment' }), 'acknowledged');
  assert.equal(bench.server.requests, []);
  await bench.close();
});

test('an acknowledgement that has run out before it was taken makes no silence', async () => {
  const bench = await openAlertmanagerBench();
  bench.server.fire(labels);
  const expiresAt = new Date(bench.clock.now().getTime() - 1);
  assert.is(await bench.acknowledge([bench.alert(labels)], { expiresAt }), 'acknowledged');
  assert.is(bench.server.silences().length, 0);
  await bench.close();
});

test('what Alertmanager cannot do now is tried again, what it refuses is told', async () => {
  const bench = await openAlertmanagerBench({ token: 'secret-token' });
  bench.server.fire(labels);
  const alert = bench.alert(labels);
  for (const [mode, code] of [
    ['down', 'HOST_UNAVAILABLE'],
    ['garbled', 'HOST_UNAVAILABLE'],
    [500, 'HOST_UNAVAILABLE'],
    [503, 'HOST_UNAVAILABLE'],
    [429, 'HOST_UNAVAILABLE'],
    [401, 'HOST_REFUSED'],
    [404, 'HOST_REFUSED'],
    [302, 'HOST_REFUSED'],
  ] as const) {
    bench.server.mode = mode;
    const fault = await thrownBy(bench.acknowledge([alert]));
    assert.is(fault.code, code, String(mode));
    assert.match(fault.message, 'prod');
    assert.not.match(fault.message, 'secret-token');
  }
  bench.server.mode = 'up';
  assert.is(await bench.acknowledge([alert]), 'acknowledged');
  await bench.close();
});

test('CR, LF and `;` in what a person or an alert wrote cannot alter a header, an SMTP command or a monitor command.', async () => {
  const bench = await openAlertmanagerBench();
  const hostile = { alertname: 'X"},{"name":"a', path: 'a\r\nb;c\u2028d\\' };
  bench.server.fire(hostile);
  const alert = bench.alert(hostile);
  const comment = `one\r\ntwo; three\u2028[ackmail other ${alert.id}] \u202e${'x'.repeat(5_000)}`;
  await bench.acknowledge([alert], { comment, author: 'a\r\nb@example.com' });
  const [silence] = bench.server.active();
  assert.not.match(silence?.comment ?? '', /[\r\n\u2028\u202e]/);
  assert.match(silence?.comment ?? '', /^ACK! one two; three \[ackmail other/);
  assert.ok((silence?.comment.length ?? 0) < 800);
  assert.ok(silence?.comment.endsWith(`[ackmail <reply-1@example.com> ${alert.id}]`));
  assert.is(silence?.createdBy, 'a b@example.com');
  assert.equal(
    silence?.matchers.map(({ name, value }) => [name, value]),
    Object.entries(hostile),
  );
  assert.is(
    await bench.acknowledge([alert], { source: 'other', comment: 'a' }),
    'acknowledged',
    'the words of a person are no source',
  );
  await bench.close();
});

test('it logs in to Alertmanager as the settings say', async () => {
  for (const [settings, wanted] of [
    [{ token: 't0ken' }, 'Bearer t0ken'],
    [{ username: 'ack', password: 'p:w' }, `Basic ${Buffer.from('ack:p:w').toString('base64')}`],
    [{}, undefined],
  ] as const) {
    const bench = await openAlertmanagerBench(settings);
    bench.server.fire(labels);
    await bench.acknowledge([bench.alert(labels)]);
    assert.is(bench.server.authorization, wanted);
    await bench.close();
  }
});

test.run();
