import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Refusal, startSubmissionServer } from '../../helpers/submission-server.js';
import { until } from '../../helpers/until.js';
import { inOutboxScene } from './outbox-scene.js';
import { testAccount } from './parts.js';

// An account whose server refuses everything is not hammered.

const secondMs = 1_000;
const minuteMs = 60_000;
const names = Array.from({ length: 30 }, (_, index) => `alert-${index}`);

test('A server that refuses three mails in a row, and takes none, gets one as a probe from time to time.', async () => {
  let refusal: Refusal | undefined = { code: 554, text: '5.7.1 Message blocked by the policy of this site' };
  const tries: number[] = [];
  let nowMs = () => 0;
  const server = await startSubmissionServer({
    validate: async () => true,
    rejectMail() {
      tries.push(nowMs());
      return refusal;
    },
  });
  try {
    await inOutboxScene(
      { to: ['a@example.com'], account: testAccount({ port: server.port }) },
      async (scene) => {
        nowMs = () => scene.clock.now().getTime();
        for (const [index, name] of names.slice(0, 3).entries()) {
          await scene.put(name);
          await until('a try', () => scene.deferrals() === index + 1);
        }
        assert.equal([...scene.standing()].sort(), ['SMTP_REJECTED ops', 'SMTP_SENDER_REFUSED alerts']);
        assert.match(
          scene.messages.join('\n'),
          /takes no mail from account alerts: 554 5\.7\.1 Message blocked/,
        );
        assert.is(tries.length, 3);

        // What comes now does not reach the server, but for one mail after a minute, two, four, eight, and then fifteen.
        for (const name of names.slice(3)) await scene.put(name);
        await scene.forwardUntil('the probes', () => tries.length === 9, minuteMs / 2);
        const pauses = tries.slice(3).map((atMs, index) => (atMs - (tries[index + 2] ?? 0)) / minuteMs);
        for (const [index, least] of [1, 2, 4, 8, 15, 15].entries())
          assert.ok((pauses[index] ?? 0) >= least, `${pauses[index]} minutes, and not ${least}`);

        refusal = undefined;
        await scene.forwardUntil('all mails', () => server.count() === names.length, minuteMs);
        await scene.forwardUntil('an empty outbox', () => scene.waiting() === 0);
        assert.equal(scene.standing(), []);
        assert.is(server.count(), names.length, 'each once');
      },
    );
  } finally {
    await server.close();
  }
});

test('A mail that is refused time and again holds up no other.', async () => {
  let first: string | undefined;
  const server = await startSubmissionServer({
    validate: async () => true,
    rejectMail({ raw }) {
      first ??= raw;
      return raw === first ? { code: 554, text: '5.6.0 this one never' } : undefined;
    },
  });
  try {
    await inOutboxScene(
      { to: ['a@example.com'], account: testAccount({ port: server.port }) },
      async (scene) => {
        await scene.put(names[0] ?? '');
        for (let round = 1; round <= 6; round += 1) {
          await scene.forwardUntil('the next try', () => scene.deferrals() >= round, minuteMs);
          assert.equal(scene.standing(), ['SMTP_REJECTED ops']);
        }
        await scene.put(names[1] ?? '');
        await until('the other', () => server.count() === 1);
      },
    );
  } finally {
    await server.close();
  }
});

test('After a pause one mail is tried for all that wait.', async () => {
  let isBusy = true;
  let [underWay, most, tries] = [0, 0, 0];
  const server = await startSubmissionServer({
    validate: async () => true,
    rejectSender() {
      tries += 1;
      return isBusy ? { code: 451, text: '4.7.500 Server busy' } : undefined;
    },
    async onMail() {
      underWay += 1;
      most = Math.max(most, server.count() === 0 ? underWay : 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      underWay -= 1;
    },
  });
  try {
    await inOutboxScene(
      { to: ['a@example.com'], account: testAccount({ port: server.port }) },
      async (scene) => {
        await scene.put(names[0] ?? '');
        await until('the pause', () => scene.deferrals() === 1);
        for (const name of names.slice(1)) await scene.put(name);
        await scene.clock.forward(4 * secondMs);
        assert.is(tries, 1);
        await scene.clock.forward(2 * secondMs);
        await until('the next try', () => tries === 2 && scene.deferrals() > names.length);
        assert.is(tries, 2, 'one for all');
        isBusy = false;
        await scene.forwardUntil('all mails', () => server.count() === names.length);
        assert.is(most, 1, 'the first one alone');
      },
    );
  } finally {
    await server.close();
  }
});

test.run();
