import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Alert, AlertEvent } from '../../../src/core/alert.js';
import { Fault } from '../../../src/core/fault.js';
import { systemErrorEvent } from '../../../src/reports/system-error-event.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { type Posted, slackServer, teamsServer } from './chat-servers.js';
import { action, answering, event, forever, withServer } from './scene.js';

const formats = { slack: slackServer, teams: teamsServer } as const;
type Chat = keyof typeof formats;
const chats: readonly Chat[] = ['slack', 'teams'];

/** What a chat got of one event; throws when it was refused. */
async function posted(format: Chat, ...events: readonly AlertEvent[]): Promise<Posted> {
  const all: Posted[] = [];
  await withServer(formats[format](all), async (base) => {
    const { done, deferred } = await action(`${base}/hook`, { format }).webhook.execute(events, forever);
    if (deferred) throw deferred.fault;
    assert.is(done.length, events.length);
  });
  const [first] = all;
  if (!first || all.length > 1) throw new Error('Not one message was posted.');
  return first;
}

const alertWith = (more: Partial<Alert>): AlertEvent => ({ ...event, alert: { ...event.alert, ...more } });
const disk = alertWith({
  labels: { alertname: 'DiskFull', instance: 'db1' },
  annotations: { summary: 'The disk is 92 % full.', description: 'Line one\nLine two' },
  url: 'https://monitor.example.com/db1?a=1&b=|',
});
const owner = { author: 'carol@example.com', comment: 'on it', at: new Date('2026-03-01T03:05:00Z') };

test('A chat is told what happened, with the severity as a word, who has it, and a link to the monitor.', async () => {
  for (const format of chats) {
    const { texts, links } = await posted(format, disk);
    const text = texts.join('\n');
    assert.match(text, '[CRITICAL] DiskFull on db1');
    assert.match(text, /The disk is 92 % full\. Since Sun 1 Mar 2026, 03:55 .*; nobody has it yet\./);
    assert.match(text, /Line one\nLine two/);
    assert.match(text, 'severity: critical · monitor: prod · alertname: DiskFull · instance: db1');
    assert.is(links.length, 1);
    assert.match(links[0] ?? '', 'https://monitor.example.com/db1?a=1&');
  }
});

test('A chat is told of acknowledgements and of ends.', async () => {
  for (const format of chats) {
    const taken = { ...alertWith({ status: 'acknowledged', owner }), kind: 'acknowledged' as const };
    assert.match(
      (await posted(format, taken)).texts.join('\n'),
      /\[ACKNOWLEDGED\][\s\S]*carol@example\.com has it: on it/,
    );
    const repeated = { ...alertWith({ status: 'acknowledged', owner }), kind: 'repeated' as const };
    assert.match((await posted(format, repeated)).texts.join('\n'), 'carol@example.com: on it');
    const endsAt = new Date('2026-03-01T04:00:00Z');
    const over = {
      ...alertWith({ status: 'resolved', endsAt, owner }),
      kind: 'resolved' as const,
      id: 'event-2',
    };
    const { texts } = await posted(format, event, over);
    assert.match(texts.join('\n'), /\[RESOLVED\][\s\S]*carol@example\.com had it/);
  }
});

test('A system error goes to a chat with what to do and where to sign in.', async () => {
  const { code, message, remedy } = new Fault('OAUTH_AUTHORIZATION_REQUIRED', {
    ...{ account: 'alerts', detail: 'the sign-in has ended.', user: 'alerts@example.com' },
  });
  const authorizationUrl = `https://login.example.com/authorize?a=1&scope=${'x'.repeat(600)}`;
  const error = { code, subject: 'alerts', severity: 'critical', message, remedy } as const;
  const raised = systemErrorEvent(
    { ...error, authorizationUrl, since: event.at, count: 1 },
    'raised',
    event.at,
  );
  const { texts: inSlack, links: slackLinks } = await posted('slack', {
    ...raised,
    alert: { ...raised.alert, id: 'a', status: 'firing' },
  });
  assert.match(inSlack.join('\n'), '[SYSTEM ERROR] OAuth authorization required for alerts');
  assert.match(
    inSlack.join('\n'),
    'What to do: Open the authorization URL and sign in as alerts@example.com',
  );
  assert.equal(slackLinks, [`<${authorizationUrl.replaceAll('&', '&amp;')}|Sign in>`]);
  const { links } = await posted('teams', {
    ...raised,
    alert: { ...raised.alert, id: 'a', status: 'firing' },
  });
  assert.equal(links, [authorizationUrl]);
});

test('What an alert says makes no link, no mention and no message that is refused, whatever it is.', async () => {
  const evil = [
    '<!channel> <https://evil.example.com|Sign in> & &lt;b&gt;',
    '[Sign in](https://evil.example.com) <at>everyone</at> {{DATE(2026-01-01)}}',
    '\0\u202e\ud800 \r\n\r\n',
    '😀'.repeat(100_000),
    `a${'\u0301'.repeat(100_000)}`,
    '&'.repeat(1_000_000),
    '\n'.repeat(100_000),
    'x\n'.repeat(100_000),
    'x\n \n\ny',
    '"\\'.repeat(100_000),
    '汉'.repeat(100_000),
  ];
  for (const format of chats)
    for (const text of evil) {
      const labels = { alertname: text, instance: text, [text.slice(0, 500)]: text };
      for (let index = 0; index < 60; index += 1) labels[`label${index}`] = text;
      const { links } = await posted(
        format,
        alertWith({
          ...{ labels, severity: text, source: text.slice(0, 1_000), fingerprint: text },
          annotations: { summary: text, description: text, value: text },
          status: 'acknowledged',
          owner: { ...owner, author: text, comment: text },
          url: `https://monitor.example.com/${'|<>&'.repeat(200)}`,
        }),
      );
      assert.ok(
        links.length <= 1 && links.every((link) => link.includes('monitor.example.com/')),
        text.slice(0, 40),
      );
    }
});

test('A link that is no http link is left out.', async () => {
  for (const format of chats)
    for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'https://', 'x'])
      assert.equal((await posted(format, alertWith({ url }))).links, []);
});

test('What a chat answers says what to do.', async () => {
  const cases: [Chat, number, string, string, RegExp][] = [
    ['slack', 404, 'no_service', 'ACTION_REFUSED', /Make a new incoming webhook/],
    ['slack', 410, 'channel_is_archived', 'ACTION_REFUSED', /archive/],
    ['slack', 403, 'action_prohibited', 'ACTION_REFUSED', /administrator/],
    ['slack', 400, 'invalid_payload', 'ACTION_REFUSED', /Report it/],
    ['slack', 400, 'something new', 'ACTION_REFUSED', /Check the address/],
    ['slack', 500, 'rollup_error', 'ACTION_FAILED', /Nothing now/],
    ['slack', 429, 'rate_limited', 'ACTION_FAILED', /Nothing now/],
    ['teams', 400, '{"error":{"code":"WorkflowTriggerIsNotEnabled"}}', 'ACTION_REFUSED', /turn it on/],
    ['teams', 404, '{"error":{"code":"WorkflowNotFound"}}', 'ACTION_REFUSED', /new workflow/],
    ['teams', 401, '{"error":{"code":"DirectApiAuthorizationRequired"}}', 'ACTION_REFUSED', /Copy the URL/],
    ['teams', 502, '<html>', 'ACTION_FAILED', /Nothing now/],
  ];
  for (const [format, status, body, code, remedy] of cases)
    await withServer(answering(status, {}, body), async (base) => {
      const { webhook } = action(`${base}/hook/t0ken`, { format });
      const { done, deferred } = await webhook.execute([event], forever);
      assert.equal(done, []);
      assert.is(deferred?.fault.code, code, body);
      assert.match(deferred?.fault.remedy ?? '', remedy);
    });
});

test('An answer without end, or with a secret in it, is read for the words that are known and no further.', () =>
  withServer(
    (request, response) => {
      response.writeHead(404);
      response.write(`no_service t0ken ${request.url}`);
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(timer));
    },
    async (base) => {
      const { webhook, lines } = action(`${base}/services/t0ken`, { format: 'slack' });
      const { deferred } = await webhook.execute([event], forever);
      assert.match(deferred?.fault.message ?? '', /answers HTTP 404, no_service$/);
      assert.not.match(`${lines.join()} ${JSON.stringify(deferred?.fault.facts)}`, /t0ken|services/);
    },
  ));

test('Messages to a chat keep a second apart, and Retry-After holds up all of them.', async () => {
  const clock = fakeClock();
  const seen: number[] = [];
  let limited = false;
  await withServer(
    (_request, response) => {
      seen.push(clock.now().getTime());
      if (limited) response.writeHead(429, { 'retry-after': '30' }).end('rate_limited');
      else response.end('ok');
    },
    async (base) => {
      const { webhook } = action(`${base}/hook`, { format: 'slack' }, clock);
      const start = clock.now().getTime();
      await webhook.execute([event], forever);
      const second = webhook.execute([event], forever);
      await clock.forward(999);
      assert.is(seen.length, 1);
      await clock.forward(1);
      assert.equal((await second).done, ['event-1']);
      assert.equal(seen, [start, start + 1_000]);

      await clock.forward(1_000);
      limited = true;
      const { deferred } = await webhook.execute([event], forever);
      assert.is(deferred?.retryAt?.getTime(), start + 32_000);
      limited = false;
      const third = webhook.execute([event], forever);
      await clock.forward(29_000);
      assert.is(seen.length, 3);
      await clock.forward(1_000);
      assert.equal((await third).done, ['event-1']);
      assert.is(seen[3], start + 32_000);
    },
  );
});

test('A long pause goes back to the outbox, and does not outlive a clock that is set back.', async () => {
  const clock = fakeClock();
  let calls = 0;
  await withServer(
    (_request, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(429, { 'retry-after': '3600' });
      response.end();
    },
    async (base) => {
      const { webhook } = action(`${base}/hook`, {}, clock);
      const { deferred } = await webhook.execute([event], forever);
      const { deferred: again } = await webhook.execute([event], forever);
      assert.equal(again?.retryAt, deferred?.retryAt);
      assert.is(again?.fault, deferred?.fault);
      assert.is(calls, 1);
      await clock.set(new Date(clock.now().getTime() - 86_400_000));
      assert.equal((await webhook.execute([event], forever)).done, ['event-1']);
    },
  );
});

test.run();
