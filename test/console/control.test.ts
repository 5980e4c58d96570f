import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ControlClient, createControlClient } from '../../src/cli/control-client.js';
import { socketFetch } from '../../src/cli/socket-fetch.js';
import { type ControlParts, createControl } from '../../src/console/control.js';
import { serveControl } from '../../src/console/serve-control.js';
import type { Account } from '../../src/core/account.js';
import type { Alert } from '../../src/core/alert.js';
import type { DeviceStep } from '../../src/core/device-step.js';
import { Fault } from '../../src/core/fault.js';
import type { TestStep } from '../../src/core/server-test.js';
import type { Status } from '../../src/core/status.js';
import { collectGarbage } from '../helpers/collect-garbage.js';
import { until } from '../helpers/until.js';

const accounts: readonly Account[] = [
  {
    name: 'alerts',
    mailbox: 'alerts@example.com',
    user: 'operator@example.com',
    from: 'alerts@example.com',
    login: {
      grant: 'authorization_code',
      oauth: {
        clientId: 'id',
        clientSecret: 'CLIENT-SECRET',
        scope: 'mail',
        redirectUri: 'http://localhost:8025/oauth/callback',
        authorizationParameters: {},
      },
    },
  },
  {
    name: 'relay',
    mailbox: 'relay@example.com',
    user: 'relay@example.com',
    from: 'relay@example.com',
    login: { grant: 'password', password: 'PASSWORD' },
  },
];

const status: Status = {
  version: '0.1.0',
  startedAt: new Date('2026-03-01T03:00:00Z'),
  accounts: [
    { account: 'alerts', mailbox: 'alerts@example.com', grant: 'authorization_code', state: 'authorized' },
    { account: 'relay', mailbox: 'relay@example.com', grant: 'password', state: 'password' },
  ],
  actions: [{ action: 'ops', type: 'email', waiting: 2, oldestDueAt: new Date('2026-03-01T02:00:00Z') }],
  alerts: { firing: 1, acknowledged: 0 },
  systemErrors: [],
  warnings: ['Only one way.'],
};

const alert: Alert = {
  id: 'abcdefghijklm',
  fingerprint: 'prod/1',
  source: 'prod',
  labels: { alertname: 'Disk\u001b[31mFull\u202e' },
  annotations: { summary: 'The disk is full.' },
  severity: 'critical',
  status: 'acknowledged',
  startsAt: new Date('2026-03-01T02:00:00Z'),
  url: 'https://monitor.example.com/1',
  owner: { author: 'carol@example.com', comment: 'On it.', at: new Date('2026-03-01T02:10:00Z') },
};

const good: TestStep = { server: 'smtp', step: 'name', ok: true, detail: '192.0.2.1' };

const instance = (over: Partial<ControlParts['instance']> = {}): ControlParts['instance'] => ({
  status: async () => status,
  alerts: () => [alert],
  reportHeader: () => ({ text: '', html: '', json: [] }),
  authorizationUrl: async () => 'https://login.example.test/authorize?state=x',
  completeAuthorization: async () => ({ account: 'alerts', user: 'operator@example.com', missingScopes: [] }),
  async *testServer() {
    yield good;
  },
  ...over,
});

const notAsked = (): never => {
  throw new Error('not asked here');
};

/** The control routes on a real socket, and the client of the command on the other side. */
async function withControl(
  over: Partial<ControlParts['instance']>,
  run: (client: ControlClient, path: string) => Promise<void>,
  tokens: Partial<ControlParts['tokens']> = {},
  upkeep: Partial<ControlParts['upkeep']> = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-control-'));
  const path = join(dir, 'control.sock');
  const served = serveControl(
    createControl({
      instance: instance(over),
      tokens: { signInByDevice: notAsked, renewNow: notAsked, ...tokens },
      upkeep: {
        forget: notAsked,
        rotateKey: notAsked,
        snapshot: notAsked,
        outbox: { list: notAsked, details: notAsked, retry: notAsked, drop: notAsked },
        history: notAsked,
        ...upkeep,
      },
      accounts,
      report: notAsked,
      mintLink: notAsked,
    }),
  );
  const server = createServer(served.onConnection).listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await run(createControlClient(socketFetch(path)), path);
  } finally {
    served.close();
    server.close();
    await rm(dir, { recursive: true });
  }
}

const thrownBy = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (thrown) {
    return thrown;
  }
  return assert.unreachable();
};

test('an alert comes as it is, and who asks for one that is not there is told the newest', () =>
  withControl({}, async (client) => {
    assert.equal(await client.alert(alert.id), alert);
    const thrown = await client.alert('nosuch/../status').catch((error: unknown) => error);
    assert.is(
      thrown instanceof Error && thrown.message,
      'There is no alert nosuch/../status. The newest are abcdefghijklm (Disk[31mFull).',
    );
  }));

test('The status comes whole over the socket, dates as dates', async () => {
  await withControl({}, async (client) => {
    assert.equal(await client.status(), status);
    assert.is((await client.account('relay')).state, 'password');
  });
});

test('A sign-in is begun and finished over the socket, without a secret on it', async () => {
  let pasted = '';
  const completeAuthorization = async (url: string) => {
    pasted = url;
    return { account: 'alerts', user: 'operator@example.com', missingScopes: [] };
  };
  await withControl({ completeAuthorization }, async (client, path) => {
    assert.equal(await client.beginSignIn('alerts'), {
      url: 'https://login.example.test/authorize?state=x',
      user: 'operator@example.com',
      mailbox: 'alerts@example.com',
      redirectUri: 'http://localhost:8025/oauth/callback',
    });
    const url = `http://localhost:8025/oauth/callback?code=${'x'.repeat(6_000)}&state=ü`;
    assert.is((await client.complete(url)).user, 'operator@example.com');
    assert.is(pasted, url);
    for (const route of ['/status', '/authorized/alerts', '/report-header']) {
      const answer = await socketFetch(path)(route);
      assert.not.match(await answer.text(), /SECRET|PASSWORD/);
    }
  });
});

test('What cannot be done is said', async () => {
  await withControl({}, async (client, path) => {
    assert.match(String(await thrownBy(client.beginSignIn('nobody'))), 'There is: alerts, relay');
    assert.match(String(await thrownBy(client.account('../status'))), 'no account');
    assert.match(String(await thrownBy(client.beginSignIn('relay'))), 'nothing to authorize');
    assert.match(String(await thrownBy(client.complete('x'.repeat(100_000)))), 'too long');
    const ask = socketFetch(path);
    assert.is((await ask('/nowhere')).status, 404);
    assert.is((await ask('/complete')).status, 404);
  });
});

test('A fault arrives as the same fault', async () => {
  const completeAuthorization = async () => {
    throw new Fault('OAUTH_WRONG_ACCOUNT', { account: 'alerts', actual: 'a@b.test', expected: 'c@d.test' });
  };
  const status = async () => {
    throw new Error('odd');
  };
  await withControl({ completeAuthorization, status }, async (client) => {
    const fault = await thrownBy(client.complete('x'));
    assert.instance(fault, Fault);
    assert.match(String(fault), 'made as a@b.test, but c@d.test is wanted');
    assert.match(String(await thrownBy(client.status())), 'odd');
  });
});

test('The steps of a test arrive as they happen', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const testServer = async function* (): AsyncIterable<TestStep> {
    yield good;
    await held;
    yield { ...good, step: 'tcp', ok: false, detail: 'refused', remedy: 'Check the port.' };
  };
  await withControl({ testServer }, async (client) => {
    const steps: boolean[] = [];
    for await (const step of client.test('alerts', new AbortController().signal)) {
      steps.push(step.ok);
      if (step.ok) release();
    }
    assert.equal(steps, [true, false]);
  });
});

test('A sign-in by device code goes over the socket, step by step, and so does its fault', async () => {
  const expiresAt = new Date('2026-03-01T03:15:00Z');
  const code = { step: 'code', userCode: 'ABCD', verificationUrl: 'https://a.test/', expiresAt } as const;
  const signInByDevice = async function* (account: string): AsyncIterable<DeviceStep> {
    yield code;
    if (account === 'relay') throw new Fault('OAUTH_REFUSED', { account, detail: 'declined', user: 'x' });
    yield { step: 'signed-in', account, user: 'operator@example.com', missingScopes: ['send'] };
  };
  const collect = async (client: ControlClient, account: string, into: DeviceStep[]) => {
    for await (const step of client.signInByDevice(account, new AbortController().signal)) into.push(step);
  };
  await withControl(
    {},
    async (client) => {
      const steps: DeviceStep[] = [];
      await collect(client, 'alerts', steps);
      const signedIn = { account: 'alerts', user: 'operator@example.com', missingScopes: ['send'] };
      assert.equal(steps, [code, { step: 'signed-in', ...signedIn }]);
      assert.match(String(await thrownBy(collect(client, 'relay', []))), 'declined');
      assert.match(String(await thrownBy(collect(client, 'nobody', []))), 'There is: alerts');
    },
    { signInByDevice },
  );
});

test('An application is asked to prove itself over the socket, and its token stays where it is', async () => {
  const expiresAt = new Date('2026-03-01T04:00:00Z');
  const renewNow = async () => ({ token: 'ACCESS', expiresAt });
  await withControl(
    {},
    async (client, path) => {
      assert.equal(await client.renew('alerts'), expiresAt);
      const answer = await socketFetch(path)('/renew/alerts', { method: 'POST' });
      assert.not.match(await answer.text(), 'ACCESS');
    },
    { renewNow },
  );
});

test('A test that breaks off in the middle says so', async () => {
  const testServer = async function* (): AsyncIterable<TestStep> {
    yield good;
    throw new Fault('OAUTH_TEMPORARY', { account: 'alerts', detail: 'a hang' });
  };
  await withControl({ testServer }, async (client) => {
    const collect = async () => {
      for await (const step of client.test('alerts', new AbortController().signal)) assert.ok(step.ok);
    };
    assert.match(String(await thrownBy(collect())), 'a hang');
  });
});

test('A test ends when nobody waits for it any more', async () => {
  let ended = false;
  const testServer = async function* (_: string, signal?: AbortSignal): AsyncIterable<TestStep> {
    yield good;
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    ended = true;
  };
  await withControl({ testServer }, async (client) => {
    const ending = new AbortController();
    await thrownBy(
      (async () => {
        for await (const step of client.test('alerts', ending.signal)) if (step.ok) ending.abort();
        throw new Error('left');
      })(),
    );
    await until('the end of the test', () => ended);
  });
});

test('A test that is broken off ends, though memory was tidied meanwhile', async () => {
  let ended = false;
  const testServer = async function* (_: string, signal?: AbortSignal): AsyncIterable<TestStep> {
    yield good;
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    ended = true;
  };
  await withControl({ testServer }, async (client) => {
    const ending = new AbortController();
    const steps = client.test('alerts', ending.signal)[Symbol.asyncIterator]();
    assert.is((await steps.next()).done, false);
    const thrown = thrownBy(steps.next() as Promise<unknown>);
    await collectGarbage();
    ending.abort();
    await until('the end of the test', () => ended, 3_000);
    assert.instance(await thrown, Error);
  });
});

test.run();
