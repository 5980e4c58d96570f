import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RaisedSystemError, SystemErrorChange } from '../../src/core/system-error.js';
import { standingErrorsType } from '../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../src/reports/system-errors.js';
import { openStore } from '../../src/store/open-store.js';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.js';
import { quietLog as log } from '../helpers/quiet-log.js';
import { until } from '../helpers/until.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

interface Context {
  dir: string;
  clock: FakeClock;
  /** What people were told, over all restarts. */
  told: string[];
}

const test = suite<Context>('reminders');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-reminders-'));
  context.clock = fakeClock();
  context.told = [];
});
test.after.each(({ dir }) => rm(dir, { recursive: true }));

const refused: RaisedSystemError = {
  code: 'SMTP_LOGIN_REFUSED',
  subject: 'relay',
  severity: 'critical',
  message: 'The submission server refuses the login of account relay',
  remedy: 'Check the password.',
};

/** The system errors of one run, started; `onChange` may throw before anything counts as told. */
async function run({ dir, clock, told }: Context, onChange: (change: SystemErrorChange) => void = () => {}) {
  const store = await openStore({ dir, key: Buffer.alloc(32, 7), clock });
  let rests = false;
  const errors = createSystemErrors({
    document: store.collection('system-errors', standingErrorsType),
    history: store.history,
    async onChange({ code, subject, step }, change) {
      onChange(change);
      const hours = (clock.now().getTime() - start.getTime()) / hourMs;
      told.push(`${hours.toFixed(0)} h: ${change} ${code} ${subject}${step ? ` at ${step}` : ''}`);
    },
    clock: {
      now: clock.now,
      elapsedMs: clock.elapsedMs,
      async until(date, signal) {
        rests = true;
        await clock.until(date, signal);
        rests = false;
      },
    },
    log,
  });
  await errors.load();
  const stopping = new AbortController();
  const running = errors.start(stopping.signal);
  return {
    errors,
    /** Lets time pass, an hour at a time: what is told then is written before it goes on. */
    async pass(durationMs: number) {
      for (let leftMs = durationMs; leftMs > 0; leftMs -= hourMs) {
        await clock.forward(Math.min(leftMs, hourMs));
        await until('the end of what is told', () => rests);
      }
    },
    async stop() {
      stopping.abort();
      await running;
      await store.close();
    },
  };
}

const start = fakeClock().now();

test('A standing error is told once and then once a day, and its end is told.', async (context) => {
  const { told } = context;
  for (const hours of [10, 20, 30, 10]) {
    const { errors, pass, stop } = await run(context);
    for (let hour = 0; hour < hours; hour += 1) {
      await errors.raise({ ...refused, message: `${refused.message} (hour ${hour})` });
      await pass(hourMs);
    }
    await stop();
  }
  const { errors, pass, stop } = await run(context);
  await errors.clear('SMTP_LOGIN_REFUSED', 'other');
  await errors.clear('SMTP_LOGIN_REFUSED', 'relay');
  await pass(3 * dayMs);
  await stop();
  const of = (change: string) => `${change} SMTP_LOGIN_REFUSED relay`;
  assert.equal(told, [
    `0 h: ${of('raised')}`,
    `24 h: ${of('reminded')}`,
    `48 h: ${of('reminded')}`,
    `70 h: ${of('cleared')}`,
  ]);
});

test('An error that nobody raises again is reminded of by itself, also after a restart days later.', async (context) => {
  const { clock, told } = context;
  const first = await run(context);
  await first.errors.raise(refused);
  await first.pass(2 * dayMs + hourMs);
  assert.is(told.length, 3);
  await first.stop();
  await clock.forward(5 * dayMs);
  const second = await run(context);
  await second.pass(hourMs);
  assert.is(told.length, 4, 'once, and not for every day that it did not run');
  await second.pass(dayMs);
  assert.is(told.length, 5);
  await second.stop();
});

test('A warning that comes in steps is told once at each, over restarts, and not every day.', async (context) => {
  const { told } = context;
  for (const step of ['30 days', '30 days', '14 days', '7 days', '7 days', '30 days']) {
    const { errors, pass, stop } = await run(context);
    for (let day = 0; day < 3; day += 1) {
      await errors.raise({ ...refused, severity: 'warning', step });
      await pass(dayMs);
    }
    assert.is(errors.list()[0]?.step, step);
    await stop();
  }
  assert.equal(
    told.map((each) => each.replace('SMTP_LOGIN_REFUSED relay ', '')),
    [
      '0 h: raised at 30 days',
      '144 h: reminded at 14 days',
      '216 h: reminded at 7 days',
      '360 h: reminded at 30 days',
    ],
  );
});

test('What could not be announced is tried again by itself: a beginning, a reminder, an end.', async (context) => {
  const { told } = context;
  let full = true;
  const { errors, pass, stop } = await run(context, () => {
    if (full) throw new Error('disk full');
  });
  const changes = () => told.map((each) => each.split(' ')[2]);
  const failed = async (hours: number, expected: readonly string[]) => {
    await pass(hours * hourMs);
    assert.equal(changes(), expected.slice(0, -1));
    full = false;
    await pass(2 * minuteMs);
    assert.equal(changes(), expected);
    full = true;
  };
  await errors.raise(refused);
  await failed(1, ['raised']);
  await failed(25, ['raised', 'reminded']);
  await errors.clear(refused.code, refused.subject);
  assert.equal(errors.list(), []);
  await failed(1, ['raised', 'reminded', 'cleared']);
  full = false;
  await pass(3 * dayMs);
  assert.is(told.length, 3);
  await stop();
});

test('A clock that was set back by a year keeps the reminders a day apart.', async (context) => {
  const { clock, told } = context;
  const { errors, pass, stop } = await run(context);
  await errors.raise(refused);
  await clock.set(new Date(start.getTime() - 365 * dayMs));
  await pass(hourMs);
  assert.is(told.length, 2);
  await pass(dayMs);
  assert.is(told.length, 3);
  await stop();
});

test('Nothing is told after the stop.', async (context) => {
  const { clock, told } = context;
  const { errors, pass, stop } = await run(context);
  await errors.raise(refused);
  await pass(dayMs - minuteMs);
  await stop();
  await clock.forward(dayMs);
  assert.is(told.length, 1);
});

test.run();
