import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Refusal, startSubmissionServer } from '../../helpers/submission-server.js';
import { until } from '../../helpers/until.js';
import { inOutboxScene, type OutboxScene } from './outbox-scene.js';
import { testAccount } from './parts.js';

// A mail that the server does not take for what is in it holds up no other.

const minuteMs = 60_000;
const scan: Refusal = { code: 451, text: '4.7.1 Content scan of this message failed, try later' };
const blocked: Refusal = { code: 554, text: '5.7.1 Message contains a blocked URL' };
const goodOnes = ['good-1', 'good-2', 'good-3', 'good-4', 'good-5'];

interface Its {
  readonly scene: OutboxScene;
  /** How often a poisoned mail was tried. */
  readonly tries: () => number;
  readonly taken: () => number;
  /** Minutes since the start. */
  readonly minutes: () => number;
  readonly mend: () => void;
}

/** A server that refuses the mails of the alerts whose names begin with `poison`. */
async function poisoned(refusal: Refusal, use: (its: Its) => Promise<void>): Promise<void> {
  let isMended = false;
  let tries = 0;
  const server = await startSubmissionServer({
    validate: async () => true,
    rejectMail({ raw }) {
      if (isMended || !raw.includes('poison')) return undefined;
      tries += 1;
      return refusal;
    },
  });
  try {
    await inOutboxScene({ to: ['a@example.com'], account: testAccount({ port: server.port }) }, (scene) => {
      const startMs = scene.clock.now().getTime();
      return use({
        ...{ scene, tries: () => tries, taken: server.count },
        minutes: () => (scene.clock.now().getTime() - startMs) / minuteMs,
        mend() {
          isMended = true;
        },
      });
    });
  } finally {
    await server.close();
  }
}

for (const priority of [0, 2])
  test(`One mail that is put off each time, and five good ones of priority ${priority} behind it: the five leave within minutes.`, () =>
    poisoned(scan, async ({ scene, tries, taken, minutes, mend }) => {
      await scene.put('poison');
      await until('the pause', () => scene.deferrals() === 1);
      for (const alert of goodOnes) await scene.put(alert, priority);
      await scene.forwardUntil('the five', () => taken() === 5);
      assert.ok(minutes() <= 3, `${minutes()} minutes, ${tries()} tries`);

      // It is told of by its name, and does not close the way for those who come later.
      await scene.forwardUntil('the error', () => scene.standing().length > 0, minuteMs / 2);
      assert.equal(scene.standing(), ['SMTP_DEFERRED ops']);
      await until('its name', () =>
        /Content scan.*the mail ".*" of the action ops/.test(scene.messages.join()),
      );
      const before = tries();
      await scene.put('later', priority);
      await until('the later one', () => taken() === 6);
      assert.equal(scene.standing(), ['SMTP_DEFERRED ops'], 'it still waits');
      await scene.forwardUntil('more tries', () => tries() >= before + 2, minuteMs);
      await scene.put('much-later', priority);
      await until('the one much later', () => taken() === 7);
      assert.ok(tries() <= minutes() / 2 + 4, `${tries()} tries in ${minutes()} minutes`);

      mend();
      await scene.forwardUntil('the end', () => scene.waiting() === 0, minuteMs);
      assert.is(taken(), 8);
      assert.equal(scene.standing(), []);
    }));

test('Three critical mails that are refused as they are, and five warnings behind them: the five leave within minutes.', () =>
  poisoned(blocked, async ({ scene, tries, taken, minutes, mend }) => {
    for (const [index, alert] of ['poison-1', 'poison-2', 'poison-3'].entries()) {
      await scene.put(alert);
      await until('the refusal', () => scene.deferrals() > index);
    }
    assert.ok(scene.standing().includes('SMTP_SENDER_REFUSED alerts'));
    for (const alert of goodOnes) await scene.put(alert, 2);
    await scene.forwardUntil('the five', () => taken() === 5);
    assert.ok(minutes() <= 3, `${minutes()} minutes, ${tries()} tries`);
    await scene.forwardUntil('all of them again', () => tries() >= 6, minuteMs);
    await scene.forwardUntil('what comes of it', () => scene.standing().length > 0);
    assert.equal(scene.standing(), ['SMTP_REJECTED ops']);
    await scene.put('later', 2);
    await until('the later one', () => taken() === 6);
    mend();
    await scene.forwardUntil('the end', () => scene.waiting() === 0, minuteMs);
    assert.is(taken(), 9);
    assert.equal(scene.standing(), []);
  }));

test('A server that takes nothing is told of as such, with many mails waiting, and all leave when it is well again.', () =>
  poisoned(scan, async ({ scene, tries, taken, minutes, mend }) => {
    for (let index = 0; index < 20; index += 1) await scene.put(`poison-${index}-`);
    await scene.forwardUntil('the error', () => scene.standing().length > 0);
    assert.equal(scene.standing(), ['SMTP_DEFERRED alerts']);
    assert.ok(tries() <= 8 + 2 * minutes() + 5, `${tries()} tries in ${minutes()} minutes`);
    mend();
    await scene.forwardUntil('the end', () => scene.waiting() === 0);
    assert.is(taken(), 20);
    assert.equal(scene.standing(), []);
  }));

test.run();
