import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hasTerminals, startOnTerminal, type TerminalProcess } from '../helpers/pseudo-terminal.js';

interface Context {
  dir: string;
  running: TerminalProcess[];
}

const test = suite<Context>('init broken off');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-init-test-'));
  context.running = [];
});

test.after.each(async ({ dir, running }) => {
  for (const process of running) process.kill();
  await Promise.all(running.map((process) => process.ended().catch(() => 1)));
  await rm(dir, { recursive: true });
});

const enter = '\r';

test('Ctrl-C and Ctrl-D write nothing, and end with 130; SIGTERM with 143', async ({ dir, running }) => {
  if (!hasTerminals) return;
  const screen = startOnTerminal(['init'], dir, { NO_COLOR: '1' });
  running.push(screen);
  await screen.shows('Where is the mailbox');
  screen.type(enter);
  await screen.shows('Mailbox that alerts are sent from');
  screen.type('alerts@example.com\u0003');
  await screen.shows('Nothing was written.');
  assert.is(await screen.ended(), 130);
  assert.equal(await readdir(dir), []);
  assert.not.match(screen.drawn(), /\u001b\[[\d;]*m/, 'no colours with NO_COLOR');
  for (const TERM of ['xterm', 'dumb']) {
    const ended = startOnTerminal(['init'], dir, { TERM });
    running.push(ended);
    await ended.shows(TERM === 'dumb' ? 'Number [1]:' : '21Vianet');
    await ended.signal('SIGTERM');
    await ended.shows('Nothing was written.');
    assert.is(await ended.ended(), 143, TERM);
    const left = startOnTerminal(['init'], dir, { TERM });
    running.push(left);
    await left.shows(TERM === 'dumb' ? 'Number [1]:' : '21Vianet');
    left.type('\u0004');
    await left.shows('Nothing was written.');
    assert.is(await left.ended(), 130, TERM);
  }
});

test('A settings file that stands is kept unless somebody says otherwise', async ({ dir, running }) => {
  if (!hasTerminals) return;
  await writeFile(join(dir, 'ackmail.yaml'), 'precious');
  const screen = startOnTerminal(['init'], dir);
  running.push(screen);
  await screen.shows('is there already');
  screen.type(enter);
  assert.is(await screen.ended(), 130);
  assert.is(await readFile(join(dir, 'ackmail.yaml'), 'utf8'), 'precious');
});

test.run();
