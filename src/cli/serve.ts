import { setFlagsFromString } from 'node:v8';
import { register } from '../index.js';
import { createHost } from './create-host.js';
import { createLog } from './create-log.js';
import { type GlobalOptions, settingsContext } from './settings-context.js';
import type { Terminal } from './terminal.js';

const stopWithinMs = 10_000;

/**
 * `ackmail serve`: runs until SIGTERM or SIGINT, then ends in at most ten seconds; a second signal ends it at
 * once. Answers the exit code.
 */
export async function serve(options: GlobalOptions, terminal: Terminal): Promise<number> {
  // V8 takes what a start reads for a sample of what lives long, and lets all like it wait for the rare collections.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const context = await settingsContext(options, terminal);
  const { env, clock } = terminal;
  const log = createLog(terminal.stdout, env['ACKMAIL_DEBUG'] ? 'debug' : 'info');
  const signals = countSignals(terminal);
  const small = createHost({ context, env, clock, log });
  const instance = await register(small.host);
  try {
    // The bridges first: the port opens with the plugin, and must not answer before they can take alerts.
    await small.start(instance);
    await instance.start();
    terminal.stdout.write(`ackmail: ready${addressOf(context.settings.http)}\n`);
    await signals.first;
    log.info({}, 'Stopping');
  } finally {
    const bound = new AbortController();
    const stopped = Promise.all([small.stop(), instance.stop()]).finally(() => bound.abort());
    const late = clock.until(new Date(clock.now().getTime() + stopWithinMs), bound.signal);
    await Promise.race([stopped, late, signals.second]);
    signals.forget();
  }
  return 0;
}

function addressOf({
  listen,
  publicUrl,
}: {
  readonly listen?: string | undefined;
  readonly publicUrl?: string | undefined;
}): string {
  if (listen === undefined) return ', no port is open';
  return ` on http://${listen}${publicUrl ? ` (${publicUrl})` : ''}`;
}

function countSignals(terminal: Terminal) {
  let count = 0;
  let resolveFirst = () => {};
  let resolveSecond = () => {};
  const first = new Promise<void>((resolve) => {
    resolveFirst = resolve;
  });
  const second = new Promise<void>((resolve) => {
    resolveSecond = resolve;
  });
  const forget = terminal.onSignal(() => {
    count += 1;
    if (count === 1) resolveFirst();
    else resolveSecond();
  });
  return { first, second, forget };
}
