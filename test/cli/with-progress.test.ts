import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withProgress } from '../../src/cli/with-progress.js';
import { fakeClock } from '../helpers/fake-clock.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { hasTerminals, startOnTerminal } from '../helpers/pseudo-terminal.js';
import { until } from '../helpers/until.js';

const start = new Date('2026-03-01T03:00:00Z');

test('What takes long says how far it is on one line, which is gone at the end', async () => {
  const clock = fakeClock(start);
  const terminal = fakeTerminal({ clock, live: true, columns: 40 });
  let end = () => {};
  const done = withProgress(terminal, 'Copying', async (say, aside) => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    say(`Copying: ${'9'.repeat(80)} files`);
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    aside(() => void terminal.stdout.write('a line\n'));
    return 7;
  });
  await clock.forward(900);
  assert.is(terminal.err(), '', 'nothing in the first second');
  await clock.forward(200);
  await until('the line', () => terminal.err().includes('Copying … 1 s'));
  end();
  await clock.forward(300);
  await until('the next', () => terminal.err().includes('999'));
  const drawn = terminal.err().split('\r\u001b[2K').filter(Boolean);
  assert.ok(
    drawn.every((line) => [...line].length < 40),
    drawn.join('\n'),
  );
  end();
  assert.is(await done, 7);
  assert.ok(terminal.err().endsWith('\r\u001b[2K'));
  assert.is(terminal.out(), 'a line\n');
  assert.not.match(terminal.err(), '\n');
});

test('Where standard error is no terminal nothing is said, and a failure passes', async () => {
  const clock = fakeClock(start);
  const terminal = fakeTerminal({ clock });
  const failing = withProgress(terminal, 'Copying', async (say) => {
    say('Copying: 1 file');
    await clock.until(new Date(start.getTime() + 5_000));
    throw new Error('no room');
  });
  const failed = failing.catch((error: Error) => error.message);
  await clock.forward(6_000);
  assert.is(await failed, 'no room');
  assert.is(terminal.err(), '');
});

test('A test of a server that is silent says on the terminal how long it waits; Ctrl-C ends it with 130', async () => {
  if (!hasTerminals) return;
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-progress-'));
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const relay = { grant: 'password', mailbox: 'monitor@example.com', password: 'p' };
  const smtp = { host: '127.0.0.1', port, security: 'none' };
  const actions = [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] }];
  const settings = { accounts: { relay: { ...relay, smtp } }, actions, http: { listen: '127.0.0.1:8025' } };
  await writeFile(join(dir, 'ackmail.yaml'), JSON.stringify(settings));
  const screen = startOnTerminal(['test', 'relay'], dir);
  try {
    await screen.shows(/Testing relay, after SMTP \w+ … [1-9] s/);
    screen.type('\u0003');
    assert.is(await screen.ended(), 130);
    assert.not.match(screen.drawn(), /Testing relay[^\r]*\n/, 'no line of it is left');
  } finally {
    screen.kill();
    silent.close();
    await rm(dir, { recursive: true });
  }
});

test.run();
