import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Action } from '../src/core/action.js';
import type { FaultCode } from '../src/core/fault.js';
import type { SystemError } from '../src/core/system-error.js';
import { createTroubles } from '../src/plugin-troubles.js';
import { fakeClock } from './helpers/fake-clock.js';

const minuteMs = 60_000;

function scene() {
  const clock = fakeClock();
  const errors: SystemError[] = [];
  const due = new Map<string, Date>();
  const mailbox: { state: 'watching' | 'connecting' | 'stopped' } = { state: 'watching' };
  const action = (name: string): Action => ({
    name,
    execute: async () => ({ done: [] }),
    close: async () => {},
  });
  const troubles = createTroubles({
    actions: [
      { action: action('ops'), accounts: ['alerts', 'relay'] },
      { action: action('spare'), accounts: ['relay'] },
      { action: action('chat'), accounts: [] },
    ],
    outbox: {
      status(name) {
        const oldestDueAt = due.get(name);
        return { action: name, waiting: 1, ...(oldestDueAt ? { oldestDueAt } : {}) };
      },
    },
    watched: { account: 'replies', mailbox: { state: () => mailbox } },
    systemErrors: { list: () => errors },
    clock,
  });
  const stands = (code: FaultCode, subject: string, severity: SystemError['severity'] = 'critical') => {
    errors.splice(0, errors.length, {
      ...{ code, subject, severity, message: '', remedy: '', since: clock.now(), count: 1 },
    });
    return troubles();
  };
  return { clock, errors, due, mailbox, troubles, stands };
}

test('Nothing is wrong when nothing stands, nothing is late and the mailbox is watched.', () => {
  assert.equal(scene().troubles(), []);
});

test('A critical error counts where it closes the way of an action or to the replies.', () => {
  const { stands } = scene();
  assert.equal(stands('ACTION_REFUSED', 'chat'), ['ACTION_REFUSED stands for the action chat']);
  assert.equal(stands('SMTP_REJECTED', 'ops'), ['SMTP_REJECTED stands for the action ops']);
  assert.equal(stands('SMTP_LOGIN_REFUSED', 'relay'), ['SMTP_LOGIN_REFUSED stands for the action spare']);
  assert.equal(stands('OAUTH_AUTHORIZATION_REQUIRED', 'replies'), [
    'OAUTH_AUTHORIZATION_REQUIRED stands for the mailbox of replies',
  ]);
  assert.equal(stands('HOST_PART_ENDED', 'my-monitor'), ['HOST_PART_ENDED']);
});

test('A warning, an error of something else, and a primary that has a backup do not count.', () => {
  const { stands, errors, troubles } = scene();
  assert.equal(stands('SMTP_DEFERRED', 'relay', 'warning'), []);
  assert.equal(stands('ACK_NOT_TAKEN', 'replies/1-2'), []);
  assert.equal(stands('SMTP_LOGIN_REFUSED', 'alerts'), []);
  const [first] = errors;
  if (first) errors.push({ ...first, code: 'SMTP_UNREACHABLE', subject: 'relay' });
  assert.equal(troubles(), [
    'SMTP_LOGIN_REFUSED stands for the action ops',
    'SMTP_UNREACHABLE stands for the action spare',
  ]);
});

test('An alert may be due for 15 minutes, and one that is put off is not due.', async () => {
  const { clock, due, troubles } = scene();
  due.set('chat', clock.now());
  due.set('ops', new Date(clock.now().getTime() + 60 * minuteMs));
  await clock.forward(15 * minuteMs);
  assert.equal(troubles(), []);
  await clock.forward(minuteMs);
  assert.equal(troubles(), ['the action chat is behind by 16 min']);
});

test('The mailbox may be away for 5 minutes, however seldom anybody looks.', async () => {
  const { clock, mailbox, troubles } = scene();
  mailbox.state = 'connecting';
  await clock.forward(60 * minuteMs);
  assert.equal(troubles(), []);
  await clock.forward(4 * minuteMs);
  assert.equal(troubles(), []);
  mailbox.state = 'watching';
  assert.equal(troubles(), []);
  mailbox.state = 'stopped';
  assert.equal(troubles(), []);
  await clock.forward(5 * minuteMs);
  assert.equal(troubles(), ['the mailbox of replies has not been read for 5 min']);
  await clock.set(new Date(clock.now().getTime() - 60 * minuteMs));
  assert.equal(troubles(), []);
  await clock.forward(5 * minuteMs);
  assert.is(troubles().length, 1);
  mailbox.state = 'watching';
  assert.equal(troubles(), []);
});

test.run();
