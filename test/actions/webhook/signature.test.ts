import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../src/core/clock.js';
import { fakeClock } from '../../helpers/fake-clock.js';
import { action, answering, type Call, event, forever, withServer } from './scene.js';

type IsAckmail = (headers: IncomingHttpHeaders, body: Buffer, secret: string) => boolean;

const secret = 'the secret of the hook';
const page = await readFile('docs/webhook.md', 'utf8');
const dir = await mkdtemp(join(tmpdir(), 'ackmail-signature-'));
test.after(() => rm(dir, { recursive: true }));

/** The code of the page, as its reader would run it. */
async function documented(): Promise<IsAckmail> {
  const file = join(dir, 'verify.mjs');
  await writeFile(file, /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
  const module: { isAckmail: IsAckmail } = await import(pathToFileURL(file).href);
  return module.isAckmail;
}

async function called(clock = systemClock, change = {}): Promise<Call> {
  const seen: Call[] = [];
  await withServer(answering(204), async (base, calls) => {
    await action(`${base}/hook`, { secret, ...change }, clock).webhook.execute([event], forever);
    seen.push(...calls);
  });
  const [call] = seen;
  if (!call) throw new Error('Nothing was called.');
  return call;
}

test('The code of docs/webhook.md takes what Ackmail signed, and nothing else.', async () => {
  const isAckmail = await documented();
  const { request, body } = await called();
  const { headers } = request;
  const sent = Buffer.from(body);
  assert.ok(isAckmail(headers, sent, secret));
  assert.not(isAckmail(headers, sent, 'another secret'));
  assert.not(isAckmail(headers, Buffer.from(body.replace('critical', 'info')), secret));
  const changed = (name: string, value: string | undefined) => ({ ...headers, [name]: value });
  const later = String(Number(headers['x-ackmail-timestamp']) + 1);
  assert.not(isAckmail(changed('x-ackmail-timestamp', later), sent, secret));
  for (const signature of [undefined, '', 'v1=', `v1=${'ä'.repeat(32)}`, `v1=${'0'.repeat(64)}`])
    assert.not(isAckmail(changed('x-ackmail-signature', signature), sent, secret), signature);
});

test('A signature is no longer good after five minutes.', async () => {
  const isAckmail = await documented();
  const call = await called(fakeClock(new Date(Date.now() - 301_000)));
  assert.not(isAckmail(call.request.headers, Buffer.from(call.body), secret));
  const fresh = await called(fakeClock(new Date(Date.now() - 290_000)));
  assert.ok(isAckmail(fresh.request.headers, Buffer.from(fresh.body), secret));
});

test('Every try is signed with its own time, and without a secret nothing is signed.', async () => {
  const clock = fakeClock(new Date('2026-03-01T03:00:00.900Z'));
  assert.is((await called(clock)).request.headers['x-ackmail-timestamp'], '1772334000');
  await clock.forward(60_000);
  assert.is((await called(clock)).request.headers['x-ackmail-timestamp'], '1772334060');
  const headers = { 'X-Ackmail-Signature': 'v1=forged' };
  const { request } = await called(clock, { headers });
  assert.match(String(request.headers['x-ackmail-signature']), /^v1=[0-9a-f]{64}$/);
  const plain = await called(clock, { secret: undefined });
  assert.not.ok('x-ackmail-signature' in plain.request.headers);
});

test('The body has the shape that docs/webhook.md promises.', async () => {
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
  const owner = {
    author: 'carol@example.com',
    comment: 'on it',
    at: new Date('2026-03-01T03:05:00Z'),
    expiresAt: new Date('2026-03-01T11:05:00Z'),
  };
  const sent: unknown[] = [];
  await withServer(
    (_request, response, body) => {
      sent.push(JSON.parse(body));
      response.end();
    },
    async (base) => {
      const { webhook } = action(base);
      const alert = {
        id: 'k3v9q2m7xaw4',
        fingerprint: 'prod/5b1f',
        source: 'prod',
        status: 'firing' as const,
        severity: 'critical',
        labels: { alertname: 'DiskFull', instance: 'db1' },
        annotations: { summary: 'The disk is 92 % full' },
        startsAt: new Date('2026-03-01T02:55:00Z'),
        url: 'https://prometheus.example.com/graph',
      };
      const inside = { ofOurOwn: 'what the types inside may have one day' };
      const id = 'prod/5b1f/2026-03-01T02:55:00Z/fired';
      await webhook.execute([{ ...event, id, alert: { ...alert, ...inside } }], forever);
      const endsAt = new Date('2026-03-01T04:00:00Z');
      const ended = { ...alert, status: 'resolved' as const, endsAt, owner };
      await webhook.execute([{ ...event, id: 'end', kind: 'resolved', alert: ended }], forever);
    },
  );
  assert.equal(sent[0], example);
  const [, resolved] = sent;
  assert.match(
    JSON.stringify(resolved),
    '"endsAt":"2026-03-01T04:00:00.000Z","url":"https://prometheus.example.com/graph","owner":{"author":"carol@example.com","comment":"on it","at":"2026-03-01T03:05:00.000Z","expiresAt":"2026-03-01T11:05:00.000Z"}',
  );
});

test.run();
