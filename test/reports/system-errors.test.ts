import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RaisedSystemError } from '../../src/core/system-error.js';
import { standingErrorsType } from '../../src/reports/standing-errors.js';
import { createSystemErrors, type SystemErrorsSetup } from '../../src/reports/system-errors.js';
import { openStore } from '../../src/store/open-store.js';
import { afterCrash } from '../helpers/after-crash.js';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };

const refused: RaisedSystemError = {
  code: 'OAUTH_AUTHORIZATION_REQUIRED',
  subject: 'alerts',
  severity: 'critical',
  message: 'Account alerts is not authorized: the password changed',
  remedy: 'Sign in.',
  authorizationUrl: 'https://login.example.com/authorize?state=1',
};

async function inFolder(task: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-reports-'));
  try {
    await task(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function openErrors(
  dir: string,
  more: Partial<SystemErrorsSetup> = {},
  clock: FakeClock = fakeClock(),
) {
  const store = await openStore({ dir, key: Buffer.alloc(32, 7), clock });
  const collection = store.collection('system-errors', standingErrorsType);
  const writes: number[] = [];
  const changes: string[] = [];
  const errors = createSystemErrors({
    document: {
      ...collection,
      async put(name, value) {
        writes.push(value.errors.length);
        await collection.put(name, value);
      },
    },
    clock,
    log,
    history: store.history,
    onChange: async ({ code, subject }, change) => {
      changes.push(`${change} ${code}/${subject}`);
    },
    ...more,
  });
  await errors.load();
  return { store, errors, changes, writes, clock };
}

const onDisk = (dir: string) => afterCrash(dir, 'system-errors', 'standing');

const history = async (store: Awaited<ReturnType<typeof openErrors>>['store']) => {
  const kinds: string[] = [];
  for await (const entry of store.history.since(new Date(0))) kinds.push(entry.kind);
  return kinds;
};

test('An error stands on disk before it is announced, and is announced once.', () =>
  inFolder(async (dir) => {
    let countAtAnnouncement = 0;
    const { store, errors } = await openErrors(dir, {
      onChange: async () => {
        countAtAnnouncement += (await onDisk(dir)).errors.length;
      },
    });
    await errors.raise(refused);
    await errors.raise(refused);
    assert.is(countAtAnnouncement, 1);
    assert.equal(errors.list(), [{ ...refused, since: new Date('2026-03-01T03:00:00Z'), count: 2 }]);
    await store.close();
  }));

test('The same error a hundred times at once is one, announced once.', () =>
  inFolder(async (dir) => {
    const { store, errors, changes, writes } = await openErrors(dir);
    await Promise.all(Array.from({ length: 100 }, () => errors.raise(refused)));
    assert.is(errors.list()[0]?.count, 100);
    assert.equal(changes, ['raised OAUTH_AUTHORIZATION_REQUIRED/alerts']);
    for (let count = 0; count < 1_000; count += 1) await errors.raise(refused);
    assert.ok(writes.length < 12, `${writes.length} writes`);
    assert.equal(await history(store), ['raised']);
    await store.close();
  }));

test('A standing error is brought up to date, on disk too, and not announced again.', () =>
  inFolder(async (dir) => {
    const { store, errors, changes, clock } = await openErrors(dir);
    await errors.raise(refused);
    await clock.forward(60_000);
    const { authorizationUrl: _, ...changed } = { ...refused, message: 'Still not authorized' };
    await errors.raise(changed);
    assert.equal(errors.list(), [{ ...changed, since: new Date('2026-03-01T03:00:00Z'), count: 2 }]);
    assert.is((await onDisk(dir)).errors[0].error.message, 'Still not authorized');
    assert.is(changes.length, 1);
    await store.close();
  }));

test('Clearing removes, announces and notes; clearing what does not stand does nothing.', () =>
  inFolder(async (dir) => {
    const { store, errors, changes } = await openErrors(dir);
    await errors.clear('SMTP_TLS', 'alerts');
    assert.equal(changes, []);
    await errors.raise(refused);
    await errors.clear(refused.code, 'other');
    assert.is(errors.list().length, 1);
    await errors.clear(refused.code, refused.subject);
    assert.equal(errors.list(), []);
    assert.equal((await onDisk(dir)).errors, []);
    assert.equal(
      changes.map((change) => change.split(' ')[0]),
      ['raised', 'cleared'],
    );
    assert.equal(await history(store), ['raised', 'cleared']);
    await store.close();
  }));

test('Raised, cleared and raised again in one breath are told in this order, as two errors.', () =>
  inFolder(async (dir) => {
    const told: string[] = [];
    const { store, errors } = await openErrors(dir, {
      onChange: async ({ since }, change) => {
        await new Promise((resolve) => setTimeout(resolve, change === 'raised' ? 10 : 1));
        told.push(`${change} ${since.toISOString()}`);
      },
    });
    const all = [errors.raise(refused), errors.clear(refused.code, 'alerts'), errors.raise(refused)];
    await Promise.all(all);
    const last = told.at(-1) ?? '';
    assert.is(last, `raised ${errors.list()[0]?.since.toISOString()}`);
    assert.is(told.filter((each) => each === last).length, 1);
    const since = told.map((each) => each.split(' ')[1]);
    assert.equal([...since].sort(), since);
    assert.ok(new Set(since).size > 1, 'two errors, also within a millisecond');
    await store.close();
  }));

test('A restart keeps what stands, and announces only what was not announced.', () =>
  inFolder(async (dir) => {
    const failing = await openErrors(dir, {
      onChange: async () => {
        throw new Error('disk full');
      },
    });
    await failing.errors.raise(refused);
    assert.is(failing.errors.list().length, 1);
    await failing.store.close();

    const second = await openErrors(dir);
    assert.equal(second.changes, ['raised OAUTH_AUTHORIZATION_REQUIRED/alerts']);
    assert.equal(second.errors.list(), failing.errors.list());
    await second.store.close();

    const third = await openErrors(dir);
    assert.equal(third.changes, []);
    await third.errors.raise(refused);
    assert.equal(third.changes, []);
    assert.is(third.errors.list()[0]?.count, 2);
    await third.errors.clear(refused.code, 'alerts');
    assert.is(third.changes.length, 1);
    await third.store.close();
  }));

test('An announcement that failed is made up for at the next raise.', () =>
  inFolder(async (dir) => {
    let calls = 0;
    const { store, errors } = await openErrors(dir, {
      onChange: async () => {
        calls += 1;
        if (calls === 1) throw new Error('not now');
      },
    });
    await errors.raise(refused);
    await errors.raise(refused);
    await errors.raise(refused);
    assert.is(calls, 2);
    await store.close();
  }));

test('What could not be announced, raised or cleared, is told at the next chance, whatever that is about.', () =>
  inFolder(async (dir) => {
    let full = true;
    const told: string[] = [];
    const { store, errors } = await openErrors(dir, {
      onChange: async (_, change) => {
        if (full) throw new Error('disk full');
        told.push(change);
      },
    });
    await errors.raise(refused);
    await errors.clear('SMTP_TLS', 'other');
    assert.equal(told, []);
    full = false;
    await errors.clear('SMTP_TLS', 'other');
    assert.equal(told, ['raised']);

    full = true;
    await errors.clear(refused.code, refused.subject);
    assert.equal(errors.list(), []);
    assert.is((await onDisk(dir)).errors.length, 1, 'a crash now must not forget that it is to be told');
    full = false;
    await errors.clear('SMTP_TLS', 'other');
    await errors.clear('SMTP_TLS', 'other');
    assert.equal(told, ['raised', 'cleared']);
    assert.equal((await onDisk(dir)).errors, []);

    await errors.raise(refused);
    full = true;
    await errors.clear(refused.code, refused.subject);
    full = false;
    await errors.raise(refused);
    await errors.clear('SMTP_TLS', 'other');
    assert.equal(told.slice(2), ['raised', 'raised'], 'an end that nobody was told of does not end the next');
    await store.close();
  }));

test('A disk that cannot be written hides no error.', () =>
  inFolder(async (dir) => {
    const full = () => Promise.reject(new Error('disk full'));
    const changes: string[] = [];
    const { store, errors } = await openErrors(dir, {
      document: { get: async () => undefined, put: full, rename: full, delete: full, names: async () => [] },
      history: { append: full, async *since() {} },
      onChange: async (_, change) => {
        changes.push(change);
      },
    });
    await errors.raise(refused);
    assert.is(errors.list().length, 1);
    await errors.clear(refused.code, 'alerts');
    assert.equal(changes, ['raised', 'cleared']);
    await store.close();
  }));

test('The worst and oldest come first.', () =>
  inFolder(async (dir) => {
    const { store, errors, clock } = await openErrors(dir);
    for (const [subject, severity] of [
      ['w1', 'warning'],
      ['c1', 'critical'],
      ['w2', 'warning'],
      ['c2', 'critical'],
    ] as const) {
      await errors.raise({ ...refused, subject, severity });
      await clock.forward(1_000);
    }
    assert.equal(
      errors.list().map((error) => error.subject),
      ['c1', 'c2', 'w1', 'w2'],
    );
    await store.close();
  }));

test('A damaged document does not stop the start, and an error of another version is left out.', () =>
  inFolder(async (dir) => {
    const first = await openErrors(dir);
    await first.errors.raise(refused);
    await first.store.close();
    const file = join(dir, 'system-errors', 'standing.json');
    const document = JSON.parse(await readFile(file, 'utf8'));
    const [entry] = document.errors;
    document.errors.push({ ...entry, error: { ...entry.error, code: 'FUTURE_CODE' } });
    await writeFile(file, JSON.stringify(document));
    const second = await openErrors(dir);
    assert.is(second.errors.list().length, 1);
    await second.store.close();
    await writeFile(file, '{"v":1,"errors":"');
    const third = await openErrors(dir);
    assert.equal(third.errors.list(), []);
    await third.store.close();
  }));

test.run();
