import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { checkForLeaks } from './check-for-leaks.js';
import { until } from './until.js';

const tsx = import.meta.resolve('tsx');
// tsx looks for it in the working directory, and without it would not know whose JSX the pages are.
const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));

/** A TypeScript program of this repository, run as a process of its own. */
export interface NodeProcess {
  readonly pid: number;
  /** Standard output and standard error so far. */
  out(): string;
  err(): string;
  write(text: string): void;
  /** Ends standard input. */
  end(): void;
  kill(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' | 'SIGUSR2'): void;
  /** Waits until standard output holds `text`. */
  says(text: string): Promise<void>;
  /** Waits for the end; the exit code, or the signal that ended it. */
  ended(): Promise<number | string>;
}

/** Starts the program `file` (from the root of the repository) with its arguments in the folder `cwd`. */
export function startNode(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): NodeProcess {
  const program = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  return runNode(['--import', tsx, program, ...args], cwd, env);
}

/** Starts node with these arguments in the folder `cwd`. */
export function runNode(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): NodeProcess {
  const child = spawn(process.execPath, [...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', TSX_TSCONFIG_PATH: tsconfig, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.on('error', () => {});
  let gone: number | string | undefined;
  const closed = once(child, 'close').then(async ([code, signal]) => {
    gone = code ?? signal;
    await checkForLeaks(cwd, args, out + err);
    return code ?? signal;
  });
  return {
    pid: child.pid ?? 0,
    out: () => out,
    err: () => err,
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    async says(text) {
      await until(`“${text}”`, () => out.includes(text) || gone !== undefined);
      if (!out.includes(text)) throw new Error(`node ${args.join(' ')} ended with ${gone}: ${out}${err}`);
    },
    ended: () => closed,
  };
}
