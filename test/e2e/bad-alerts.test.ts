import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Delivery } from '../../src/core/host.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { alertsMailbox, headerField } from '../helpers/lab.js';
import { firing, startAckmail } from '../helpers/start-ackmail.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import { until } from '../helpers/until.js';

// Alerts that are too large, too many or at the wrong time, at the webhook of a running Ackmail.

interface Context {
  /** Run at the end, the last one first. */
  readonly ends: (() => unknown)[];
}

const hourMs = 3_600_000;
const login = { user: alertsMailbox, pass: 'the-secret-of-the-relay' };
const test = suite<Context>('bad alerts', { ends: [] });

test.after.each(async ({ ends }) => {
  for (const end of ends.splice(0).reverse()) await end();
});

const account = (port: number) => ({
  ...{ grant: 'password', mailbox: alertsMailbox, password: login.pass },
  smtp: { host: '127.0.0.1', port, security: 'none' },
});

async function startServer(ends: Context['ends'], isUp = () => true) {
  const server = await startSubmissionServer({
    password: login,
    rejectMail: () => (isUp() ? undefined : { code: 451, text: '4.3.0 Later' }),
  });
  ends.push(() => server.close());
  const named = (name: string) =>
    server.mails.filter(({ raw }) => headerField(raw, 'Subject').includes(` on ${name}`)).length;
  return { ...server, mails: server.mails, named };
}

test('Labels and annotations of a megabyte, or a hundred thousand of them, are taken, and the mail stays small.', async ({
  ends,
}) => {
  const server = await startServer(ends);
  const { post, plugin } = await startAckmail(ends, account(server.port));
  const megabyte = 'x'.repeat(1_000_000);
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`l${index}`, 'v']));
  const shapes = {
    'one-label': { labels: { extra: megabyte } },
    'long-name': { labels: { [megabyte]: 'value' } },
    'one-annotation': { annotations: { summary: megabyte, description: megabyte } },
    'many-labels': { labels: many },
    'many-annotations': { annotations: many },
    accents: { annotations: { summary: 'a\u0301'.repeat(300_000) } },
  };
  for (const [name, { labels = {}, annotations = {} }] of Object.entries<{
    readonly labels?: object;
    readonly annotations?: object;
  }>(shapes)) {
    const alert = firing(name);
    const { status, text } = await post(
      JSON.stringify({
        alerts: [
          {
            ...alert,
            labels: { ...alert.labels, ...labels },
            annotations: { ...alert.annotations, ...annotations },
          },
        ],
      }),
    );
    assert.is(status, 200, `${name}: ${text}`);
  }
  await until('all mails', () => server.mails.length === Object.keys(shapes).length);
  for (const { raw } of server.mails) assert.ok(raw.length < 100_000, `${raw.length} characters`);
  for (const name of Object.keys(shapes)) assert.is(server.named(name), 1, name);
  assert.equal(plugin.reportHeader().json, []);
});

test('The same alert a thousand times, at once and again and again, is one mail.', async ({ ends }) => {
  const server = await startServer(ends);
  const { post, plugin } = await startAckmail(ends, account(server.port));
  const alert = firing('db1');
  const once = JSON.stringify({ alerts: [alert] });
  const often = JSON.stringify({ alerts: Array.from({ length: 500 }, () => alert) });
  const answers = await Promise.all([post(often), ...Array.from({ length: 50 }, () => post(once))]);
  for (let count = 0; count < 450; count += 50)
    answers.push(...(await Promise.all(Array.from({ length: 50 }, () => post(once)))));
  assert.ok(answers.every(({ status }) => status === 200));
  await server.waitForMail(1);
  assert.is((await post(JSON.stringify({ alerts: [firing('db2')] }))).status, 200);
  await until('the next alert', () => server.named('db2') === 1);
  await until('settlement', async () => (await plugin.status()).actions[0]?.waiting === 0);
  assert.is(server.named('db1'), 1);
  assert.is(server.mails.length, 2);
  assert.is(plugin.alerts().length, 2);
});

for (const [name, jumpMs] of [
  ['ahead', 7 * hourMs],
  ['back', -7 * hourMs],
] as const)
  test(`A clock that jumps hours ${name} while alerts wait loses none, tells none twice and delays none.`, async ({
    ends,
  }) => {
    let isUp = false;
    const server = await startServer(ends, () => isUp);
    const clock = fakeClock(new Date());
    const { post, plugin, events } = await startAckmail(ends, account(server.port), clock);
    const putOff = new Set<string>();
    events.on('delivery', ({ eventIds }: Delivery) => {
      for (const id of eventIds) putOff.add(id);
    });
    for (const each of ['db1', 'db2'])
      assert.is((await post(JSON.stringify({ alerts: [firing(each)] }))).status, 200);
    await until('the failures', () => putOff.size === 2);

    await clock.set(new Date(clock.now().getTime() + jumpMs));
    assert.is((await post(JSON.stringify({ alerts: [firing('db3')] }))).status, 200);
    isUp = true;
    let waitedMs = 0;
    await until('all told', async () => {
      await clock.forward(5_000);
      waitedMs += 5_000;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return (await plugin.status()).actions[0]?.waiting === 0;
    });
    for (const each of ['db1', 'db2', 'db3']) assert.is(server.named(each), 1, each);
    // As long as the backoff may be, which began anew, and no hours.
    assert.ok(waitedMs < 15 * 60_000, `${waitedMs / 1_000} s`);
    assert.not(plugin.reportHeader().json.some(({ code }) => code === 'ACTION_GAVE_UP'));
  });

test.run();
