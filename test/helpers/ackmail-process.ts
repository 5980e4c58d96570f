import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { checkForLeaks } from './check-for-leaks.js';
import { until } from './until.js';

/** The command `ackmail`, as `npm run build` made it. */
const bin = resolve('dist/cli/main.js');

/** A running `ackmail`. */
export interface AckmailProcess {
  readonly child: ChildProcess;
  /** Everything that it printed so far, both streams. */
  output(): string;
  /** Waits until it printed something that matches, and answers the match. */
  printed(pattern: RegExp, limitMs?: number): Promise<RegExpExecArray>;
  type(line: string): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `ackmail` with arguments in a folder. */
export function startAckmail(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): AckmailProcess {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', DISPLAY: '', WAYLAND_DISPLAY: '', ...env },
    stdio: 'pipe',
  });
  let text = '';
  const collect = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return {
    child,
    output: () => text,
    async printed(pattern, limitMs = 15_000) {
      return until(`${pattern} of ackmail ${args.join(' ')}`, () => pattern.exec(text), limitMs).catch(
        (error) => {
          throw new Error(`${error.message} It printed:\n${text}`);
        },
      );
    },
    type: (line) => child.stdin.write(`${line}\n`),
    ended: new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (code, signal) =>
        checkForLeaks(cwd, args, text).then(() => done(code ?? signal ?? 'SIGKILL'), fail),
      );
    }),
  };
}
