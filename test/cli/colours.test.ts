import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startCli } from '../helpers/cli-process.js';
import { hasTerminals, startOnTerminal } from '../helpers/pseudo-terminal.js';

const settings = `
accounts:
  relay: { grant: password, mailbox: monitor@example.com, password: p, smtp: { host: 127.0.0.1, security: none } }
actions: [{ name: ops, type: email, account: relay, to: [ops@example.com] }]
http: { listen: '127.0.0.1:8025' }
`;

test('Colours are for a terminal alone, and not for one that wants none or is dumb', async () => {
  if (!hasTerminals) return;
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-colours-'));
  try {
    await writeFile(join(dir, 'ackmail.yaml'), settings);
    // A status on standard output, a complaint on standard error.
    for (const args of [['status'], ['test', 'nobody']]) {
      const drawn = async (env: Readonly<Record<string, string>>) => {
        const screen = startOnTerminal(args, dir, env);
        await screen.ended();
        return screen.drawn();
      };
      assert.match(await drawn({}), '\u001b[', args.join(' '));
      assert.match(await drawn({ NO_COLOR: '' }), '\u001b[', 'an empty NO_COLOR is none');
      assert.not.match(await drawn({ NO_COLOR: '1' }), '\u001b', args.join(' '));
      assert.not.match(await drawn({ TERM: 'dumb' }), '\u001b', args.join(' '));
      const piped = startCli(args, dir);
      await piped.ended();
      assert.not.match(piped.out() + piped.err(), '\u001b', args.join(' '));
    }
  } finally {
    await rm(dir, { recursive: true });
  }
});

test.run();
