import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkForLeaks } from '../helpers/check-for-leaks.js';
import { commandLine } from '../helpers/command-line.js';

/** `ackmail serve` as a process, to be killed. */
export interface ServeProcess {
  /** Resolves when it takes alerts, or has ended. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  /** Lets it die in place of one of its next changes of a file: the `change`th of `startServe`. */
  killAtChange(): void;
  /** What it printed. */
  output(): string;
}

const preload = new URL('./kill-at-change.ts', import.meta.url).href;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts `ackmail serve` in the folder that holds its ackmail.yaml; `change` is for `killAtChange`. */
export function startServe(dir: string, change?: number): ServeProcess {
  const loaded = change === undefined ? [] : ['--import', import.meta.resolve('tsx'), '--import', preload];
  const child: ChildProcess = spawn(process.execPath, [...loaded, ...commandLine, 'serve'], {
    cwd: dir,
    env: {
      ...(change === undefined ? {} : { CRASH_CHANGE: `${change}` }),
      PATH: process.env['PATH'] ?? '',
      NODE_NO_WARNINGS: '1',
      TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'close').then(async ([code, signal]) => {
    // What it leaves behind is read once, and not after each of many kills.
    if (signal === null) await checkForLeaks(dir, [], output);
    return code ?? signal;
  });
  const ready = new Promise<void>((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      if (output.includes('ackmail: ready')) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void ended.then(() => resolve());
  });
  return {
    ready,
    ended,
    kill: (signal) => void child.kill(signal),
    killAtChange: () => void child.kill('SIGUSR2'),
    output: () => output,
  };
}
