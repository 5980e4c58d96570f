import { PassThrough } from 'node:stream';
import { hideInStreams } from '../../src/cli/hide-in-streams.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { systemClock } from '../../src/core/clock.js';

/** A terminal whose keys a test presses and whose screen it reads. */
export interface FakeTerminal extends Terminal {
  readonly stdin: PassThrough;
  /** All that was written to standard output and standard error. */
  out(): string;
  err(): string;
  /** Sends a signal to the command. */
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  /** The pages that a browser was asked to show. */
  readonly opened: readonly string[];
}

/** Makes a terminal without colours, in the folder `cwd`. */
export function fakeTerminal(over: Partial<Terminal> = {}): FakeTerminal {
  const collect = () => {
    const stream = new PassThrough();
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
    });
    return { stream, text: () => text };
  };
  const stdout = collect();
  const stderr = collect();
  const hide = hideInStreams([stdout.stream, stderr.stream]);
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const opened: string[] = [];
  return {
    env: {},
    cwd: '/nowhere',
    platform: 'linux',
    stdout: stdout.stream,
    stderr: stderr.stream,
    rich: false,
    clock: systemClock,
    login: { user: 'operator', host: 'monitor.example.com' },
    hide,
    onSignal(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    openBrowser(url) {
      opened.push(url);
      return false;
    },
    ...over,
    stdin: new PassThrough(),
    out: stdout.text,
    err: stderr.text,
    signal: (name) => {
      for (const listener of [...listeners]) listener(name);
    },
    opened,
  };
}
