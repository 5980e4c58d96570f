// The whole story of Ackmail in one process, with real protocols: npm run demo. See README.md.
import { parseArgs } from 'node:util';
import { describe } from '../../src/core/fault.js';
import { createNarrator } from './narrator.js';
import type { AtEnd } from './stage.js';
import { stay } from './stay.js';
import { tellStory } from './story.js';

const { stdin, stdout, env } = process;
const once = wantsOnce() || !stdin.isTTY || !stdout.isTTY;
// Whoever reads along may go away; what is on stage is put away all the same.
stdout.on('error', () => {});

const interrupted = new AbortController();
// A terminal and npm may both pass on the same Ctrl-C: only the first one counts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.abort(new Error('Interrupted.')));

const narrator = createNarrator({
  print: (text) => void stdout.write(text),
  rich: stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  signal: interrupted.signal,
  limitMs: 10_000,
});
const closing: (() => Promise<unknown>)[] = [];
const atEnd: AtEnd = (close) => void closing.unshift(close);
process.exitCode = await run();
// A step that hangs must not keep the process.
setTimeout(() => process.exit(), 2_000).unref();

function wantsOnce(): boolean {
  try {
    return parseArgs({ options: { once: { type: 'boolean', default: false } } }).values.once;
  } catch {
    process.stderr.write('Usage: npm run demo [-- --once]\n');
    process.exit(2);
  }
}

async function run(): Promise<number> {
  const startedAt = performance.now();
  try {
    narrator.say('', narrator.strong('Ackmail, the whole story'), '');
    const stage = await tellStory(narrator, atEnd);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    narrator.say('', `Every step happened, in ${seconds} s.`, '');
    if (!once) await stay(stage, { narrator, input: stdin, signal: interrupted.signal });
    return 0;
  } catch {
    if (interrupted.signal.aborted) return 130;
    narrator.say('', 'The story ends here: a step did not happen.', '');
    return 1;
  } finally {
    for (const close of closing) await close().catch((thrown: unknown) => narrator.say(describe(thrown)));
  }
}
