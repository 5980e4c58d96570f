import { type ChildProcess, spawn } from 'node:child_process';

/** A program to run. */
export interface ProgramRun {
  /** Its path. No shell looks at it, nor at the arguments. */
  readonly file: string;
  readonly args: readonly string[];
  /** The folder that it runs in. */
  readonly folder: string;
  /** The whole of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads from its standard input. */
  readonly input: string;
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** How a program ended, and the last line that it wrote to standard error, else to standard output. */
export type ProgramEnd =
  | { readonly how: 'exited'; readonly code: number; readonly lastLine: string }
  | { readonly how: 'killed'; readonly signal: string; readonly lastLine: string }
  | { readonly how: 'timed-out' | 'stopped'; readonly lastLine: string }
  | { readonly how: 'not-started'; readonly code: string };

/** How long after SIGTERM what is left of the group gets SIGKILL. */
const graceMs = 1_000;
/** A grandchild may hold the outputs open for ever. */
const lastOutputMs = 250;
const keptLength = 4_096;

/**
 * Runs a program in a process group of its own (setsid(2)) until it has ended; never throws.
 *
 * At the time limit, and when `signal` is aborted, the whole group is ended: SIGTERM, and SIGKILL after a second.
 * What a program left running that ended by itself is left alone. Its output is read to the end, so that it never
 * waits for us, and the last 4 kB are kept.
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    if (run.signal.aborted) return resolve({ how: 'stopped', lastLine: '' });
    let child: ChildProcess;
    try {
      child = spawn(run.file, run.args, {
        ...{ cwd: run.folder, env: run.environment, shell: false, detached: true },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    } catch (thrown) {
      return resolve({ how: 'not-started', code: codeOf(thrown) });
    }
    const errors = tailOf(child.stderr);
    const output = tailOf(child.stdout);
    const lastLine = () => lineOf(errors()) || lineOf(output());
    let ending: 'timed-out' | 'stopped' | undefined;
    let exited: { readonly code: number | null; readonly signal: string | null } | undefined;
    const timers: NodeJS.Timeout[] = [];
    const later = (task: () => void, delayMs: number) => void timers.push(setTimeout(task, delayMs));

    const settle = (end: ProgramEnd) => {
      for (const timer of timers) clearTimeout(timer);
      run.signal.removeEventListener('abort', stop);
      for (const stream of child.stdio) stream?.destroy();
      child.unref();
      resolve(end);
    };
    const finish = () => {
      if (ending) return settle({ how: ending, lastLine: lastLine() });
      if (!exited) return;
      const { code, signal } = exited;
      settle(
        code === null
          ? { how: 'killed', signal: signal ?? 'a signal', lastLine: lastLine() }
          : { how: 'exited', code, lastLine: lastLine() },
      );
    };
    const end = (why: 'timed-out' | 'stopped') => {
      if (ending || exited) return;
      ending = why;
      killGroup(child, 'SIGTERM');
      later(() => {
        killGroup(child, 'SIGKILL');
        // Not even that ends a program that waits for a disk which is gone.
        later(finish, exited ? 0 : graceMs);
      }, graceMs);
    };
    const stop = () => end('stopped');

    child.on('error', (error) => {
      if (child.pid === undefined) settle({ how: 'not-started', code: codeOf(error) });
    });
    child.on('exit', (code, signal) => {
      exited = { code, signal };
      if (!ending) later(finish, lastOutputMs);
      // Otherwise the rest of the group has its second before it is killed, too.
      else if (!killGroup(child, 0)) finish();
    });
    child.on('close', () => {
      if (!ending) finish();
    });
    // A program that does not read its input is none of our business: it says by its exit code what came of it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(run.input);
    later(() => end('timed-out'), run.timeoutMs);
    run.signal.addEventListener('abort', stop, { once: true });
  });
}

/** Sends a signal to the whole group; false when nobody is left in it. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Reads a stream to its end and keeps the last of it. */
function tailOf(stream: NodeJS.ReadableStream | null): () => string {
  let tail = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-keptLength)]).subarray(-keptLength);
  });
  stream?.on('error', () => {});
  return () => tail.toString('utf8');
}

const lineOf = (text: string) =>
  text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '')
    .at(-1) ?? '';

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
}
