import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { collectGarbage } from '../../helpers/collect-garbage.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { until } from '../../helpers/until.js';
import { action, answering, event, forever, withServer } from './scene.js';

test('events go out as JSON, and any 2xx is done', async () => {
  for (const status of [200, 202, 204])
    await withServer(answering(status), async (base, calls) => {
      const { webhook } = action(`${base}/hook`, { headers: { Authorization: 'Bearer s3cret' } });
      assert.equal(await webhook.execute([event, { ...event, id: 'event-2' }], forever), {
        done: ['event-1', 'event-2'],
      });
      const [call] = calls;
      assert.is(call?.request.method, 'POST');
      assert.is(call?.request.headers['content-type'], 'application/json; charset=utf-8');
      assert.is(call?.request.headers.authorization, 'Bearer s3cret');
      const body = JSON.parse(call?.body ?? '');
      assert.is(body.version, 1);
      assert.is(body.events[0].alert.labels.alertname, 'DiskFull "\r\n');
      assert.is(body.events[1].at, '2026-03-01T03:00:00.000Z');
      await webhook.close();
    });
});

test('a redirect is not followed', () =>
  withServer(
    (request, response) => {
      if (request.url === '/hook') response.writeHead(307, { location: '/elsewhere' }).end();
      else response.writeHead(200).end();
    },
    async (base, calls) => {
      const { done, deferred } = await action(`${base}/hook`).webhook.execute([event], forever);
      assert.equal(done, []);
      assert.is(deferred?.fault.code, 'ACTION_REFUSED');
      assert.match(deferred?.fault.message ?? '', 'HTTP 307');
      assert.is(calls.length, 1);
    },
  ));

test('a refusal is tried again slowly, a passing failure by the backoff', async () => {
  const clock = fakeClock();
  const cases = [
    { status: 400, code: 'ACTION_REFUSED', waitMs: 600_000 },
    { status: 401, code: 'ACTION_REFUSED', waitMs: 600_000 },
    { status: 404, code: 'ACTION_REFUSED', waitMs: 600_000 },
    { status: 408, code: 'ACTION_FAILED', waitMs: undefined },
    { status: 425, code: 'ACTION_FAILED', waitMs: undefined },
    { status: 429, code: 'ACTION_FAILED', waitMs: undefined },
    { status: 500, code: 'ACTION_FAILED', waitMs: undefined },
  ];
  for (const { status, code, waitMs } of cases)
    await withServer(answering(status), async (base) => {
      const { webhook } = action(base, {}, clock);
      const { done, deferred } = await webhook.execute([event], forever);
      assert.equal(done, []);
      assert.is(deferred?.fault.code, code, String(status));
      const retryAt = deferred?.retryAt?.getTime();
      assert.is(retryAt, waitMs === undefined ? undefined : clock.now().getTime() + waitMs);
    });
});

test('a webhook that refuses is a system error at once, one that fails after 5 minutes, until it succeeds', async () => {
  const clock = fakeClock();
  let status = 401;
  await withServer(
    (_, response) => response.writeHead(status).end(),
    async (base) => {
      const { webhook, standing } = action(base, {}, clock);
      await webhook.execute([event], forever);
      assert.equal(standing(), ['ACTION_REFUSED chat']);
      status = 200;
      await webhook.execute([event], forever);
      assert.equal(standing(), []);
      status = 503;
      await webhook.execute([event], forever);
      assert.equal(standing(), []);
      await clock.forward(5 * 60_000);
      await webhook.execute([event], forever);
      assert.equal(standing(), ['ACTION_FAILED chat']);
      status = 204;
      await webhook.execute([event], forever);
      assert.equal(standing(), []);
    },
  );
});

test('Retry-After is honoured, and nonsense in it is not', async () => {
  const clock = fakeClock(new Date('2026-03-01T03:00:00Z'));
  const cases: [string, string | undefined][] = [
    ['120', '2026-03-01T03:02:00.000Z'],
    ['Sun, 01 Mar 2026 04:00:00 GMT', '2026-03-01T04:00:00.000Z'],
    ['99999999999999', '2026-03-02T03:00:00.000Z'],
    ['Sun, 01 Mar 2020 04:00:00 GMT', undefined],
    ['-5', undefined],
    ['soon', undefined],
  ];
  for (const status of [429, 503])
    for (const [field, expected] of cases)
      await withServer(answering(status, { 'retry-after': field }), async (base) => {
        const { deferred } = await action(base, {}, clock).webhook.execute([event], forever);
        assert.is(deferred?.retryAt?.toISOString(), expected, field);
      });
});

test('a server that hangs or is away is tried again', async () => {
  await withServer(
    () => {},
    async (base) => {
      const { webhook } = action(base, { timeout: 50 });
      const { deferred } = await webhook.execute([event], forever);
      assert.is(deferred?.fault.code, 'ACTION_FAILED');
      assert.match(deferred?.fault.message ?? '', 'no answer in time');
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 20);
      const { deferred: stopped } = await action(base).webhook.execute([event], stop.signal);
      assert.is(stopped?.fault.code, 'ACTION_FAILED');
    },
  );
  let base = '';
  await withServer(answering(200), async (url) => {
    base = url;
  });
  const { deferred } = await action(base).webhook.execute([event], forever);
  assert.is(deferred?.fault.code, 'ACTION_FAILED');
  assert.match(deferred?.fault.message ?? '', 'ECONNREFUSED');
});

test('a server that hangs is given up though memory was tidied meanwhile', () =>
  withServer(
    () => {},
    async (base) => {
      let code: string | undefined;
      const told = action(base, { timeout: 300 }).webhook.execute([event], new AbortController().signal);
      told.then(({ deferred }) => {
        code = deferred?.fault.code;
      });
      await collectGarbage();
      assert.is(await until('the end of the call', () => code, 3_000), 'ACTION_FAILED');
    },
  ));

test('no secret of the URL or the header fields reaches a fault or the log; a login in the URL becomes a header', async () => {
  const secrets = /t0ken|p4ss|user1|hdr-s3cret|\/services/;
  const headers = { 'X-Key': 'hdr-s3cret' };
  const told = async (url: string) => {
    const { webhook, lines } = action(url, { headers, timeout: 200 });
    const { deferred } = await webhook.execute([event], forever);
    const fault = deferred?.fault;
    const cause = fault?.cause instanceof Error ? fault.cause.message : '';
    assert.not.match(
      `${lines.join()} ${fault?.message} ${fault?.remedy} ${JSON.stringify(fault?.facts)} ${cause}`,
      secrets,
    );
  };
  await withServer(answering(500), async (base, calls) => {
    const url = `${base.replace('//', '//user1:p4ss@')}/services/t0ken?key=t0ken`;
    await told(url);
    assert.is(
      calls[0]?.request.headers.authorization,
      `Basic ${Buffer.from('user1:p4ss').toString('base64')}`,
    );
    assert.is(calls[0]?.request.url, '/services/t0ken?key=t0ken');
  });
  await withServer(
    (request) => request.socket.destroy(),
    (base) => told(`${base}/services/t0ken`),
  );
  await told('http://user1:p4ss@127.0.0.1:1/services/t0ken');
});

test.run();
