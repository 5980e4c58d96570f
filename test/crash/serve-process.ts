import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `ackmail serve` as a process, to be killed. */
export interface ServeProcess {
  /** Resolves when it takes alerts, or has ended. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  /** What it printed. */
  output(): string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/cli/main.js');

/**
 * The command that was built, since it starts three times as fast; from source where that is missing or older
 * than the source.
 */
function commandLine(): readonly string[] {
  const newest = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(root, 'src', name)).mtimeMs)
    .reduce((one, other) => Math.max(one, other), 0);
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return [built];
  return ['--import', import.meta.resolve('tsx'), join(root, 'src/cli/main.ts')];
}

const command = commandLine();

/** Starts `ackmail serve` in the folder that holds its ackmail.yaml. */
export function startServe(dir: string): ServeProcess {
  const child: ChildProcess = spawn(process.execPath, [...command, 'serve'], {
    cwd: dir,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_NO_WARNINGS: '1',
      TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const ready = new Promise<void>((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      if (output.includes('ackmail: ready')) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void ended.then(() => resolve());
  });
  return { ready, ended, kill: (signal) => void child.kill(signal), output: () => output };
}
