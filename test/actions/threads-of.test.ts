import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { threadsOf } from '../../src/actions/threads-of.js';
import { composedMail } from '../ack/scene.js';

test('Of each action the first mail is found, and of which of the alerts it told at all.', async () => {
  const tells = (name: string, alertIds: readonly string[]) => ({
    name,
    execute: async () => ({ done: [] }),
    close: async () => {},
    thread: async (id: string) => (alertIds.includes(id) ? composedMail(id, { action: name }) : undefined),
  });
  const threads = await threadsOf([
    tells('all', ['aaaaaaaaaaaaa', 'bbbbbbbbbbbbb']),
    tells('some', ['bbbbbbbbbbbbb']),
    tells('none', []),
  ])(['aaaaaaaaaaaaa', 'bbbbbbbbbbbbb']);
  assert.equal(
    threads.map(({ mail, alertIds }) => [mail.action, mail.id, alertIds]),
    [
      ['all', 'aaaaaaaaaaaaa', ['aaaaaaaaaaaaa', 'bbbbbbbbbbbbb']],
      ['some', 'bbbbbbbbbbbbb', ['bbbbbbbbbbbbb']],
    ],
  );
});

test.run();
