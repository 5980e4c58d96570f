import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createStandingError, type StandingErrorSetup } from '../../src/auth/standing-error.js';
import { Fault } from '../../src/core/fault.js';
import type { SystemErrorChange } from '../../src/core/system-error.js';
import { standingErrorsType } from '../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../src/reports/system-errors.js';
import { openStore } from '../../src/store/open-store.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { quietLog as log } from '../helpers/quiet-log.js';

const test = suite<{ dir: string }>('standing-error');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-standing-'));
});
test.after.each(({ dir }) => rm(dir, { recursive: true }));

const fault = new Fault('OAUTH_AUTHORIZATION_REQUIRED', {
  account: 'alerts',
  user: 'alerts@example.com',
  detail: 'the password changed.',
});

/** The error of an account over the real system errors; `onChange` may be slow or throw. */
async function open(
  dir: string,
  onChange: (change: SystemErrorChange) => Promise<void>,
  over: Partial<StandingErrorSetup> = {},
) {
  const clock = fakeClock();
  const store = await openStore({ dir, key: Buffer.alloc(32, 7), clock });
  const errors = createSystemErrors({
    document: store.collection('system-errors', standingErrorsType),
    history: store.history,
    onChange: (_, change) => onChange(change),
    ...{ clock, log },
  });
  const standing = createStandingError({
    account: 'alerts',
    systemErrors: errors,
    authorizationUrl: async () => 'https://monitor.example.com/authorize/alerts',
    log,
    ...over,
  });
  return { store, errors, standing };
}

function gate() {
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { wait, open };
}

test('An error that is slow to be announced is cleared by a success that comes meanwhile.', async ({
  dir,
}) => {
  const slow = gate();
  const begun = gate();
  const told: string[] = [];
  const { store, errors, standing } = await open(dir, async (change) => {
    told.push(change);
    begun.open();
    if (change === 'raised') await slow.wait;
  });
  await standing.show(undefined);
  const raising = standing.show(fault);
  await begun.wait;
  const clearing = standing.show(undefined);
  slow.open();
  await Promise.all([raising, clearing]);
  assert.equal(errors.list(), []);
  assert.equal(told, ['raised', 'cleared']);
  await store.close();
});

test('An error whose URL comes late is not raised after the success that followed it.', async ({ dir }) => {
  const slow = gate();
  const { store, errors, standing } = await open(dir, async () => {}, {
    authorizationUrl: async () => {
      await slow.wait;
      return undefined;
    },
  });
  const raising = standing.show(fault);
  const clearing = standing.show(undefined);
  slow.open();
  await Promise.all([raising, clearing]);
  assert.equal(errors.list(), []);
  await store.close();
});

test('An error that could not be announced is announced by a later report of the same.', async ({ dir }) => {
  let full = true;
  const told: string[] = [];
  const { store, standing } = await open(dir, async (change) => {
    if (full) throw new Error('disk full');
    told.push(change);
  });
  await standing.show(fault);
  full = false;
  await standing.show(fault);
  await standing.show(fault);
  assert.equal(told, ['raised']);
  full = true;
  await standing.show(undefined);
  full = false;
  await standing.show(undefined);
  assert.equal(told, ['raised', 'cleared']);
  await store.close();
});

test.run();
