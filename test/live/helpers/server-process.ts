import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How a server of the lab is started. */
export interface ServerProcessOptions {
  /** What people call it, for errors. */
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
  /** Whether it answers by now. */
  ready(): Promise<boolean>;
  /** The process to end, where it is not the one that was started. */
  pid?(): number | undefined;
  /** What it logged elsewhere than on its standard output. */
  log?(): Promise<string>;
}

/** A server of the lab that runs. */
export interface ServerProcess {
  /** Ends it, and waits until it has ended. */
  close(): Promise<void>;
  /** Kills it as a machine that breaks does, without a word. */
  kill(): Promise<void>;
}

const startWithinMs = 20_000;
const endWithinMs = 10_000;

/** Starts a server in the foreground and waits until it answers; what goes wrong is thrown with its log. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const binary = await findBinary(options.binary);
  const child = spawn(binary, options.args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => {
    output = (output + chunk).slice(-20_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.on('error', (error) => collect(Buffer.from(`${error.message}\n`)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = (signal: NodeJS.Signals) => killProcess(options.pid?.() ?? child.pid, signal);
  // A test that fails must not leave a server behind.
  const endWithUs = () => kill('SIGTERM');
  process.once('exit', endWithUs);
  const end = async (signal: NodeJS.Signals) => {
    process.removeListener('exit', endWithUs);
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    kill(signal);
    const late = setTimeout(() => kill('SIGKILL'), endWithinMs);
    await ended;
    clearTimeout(late);
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const close = () => end('SIGTERM');

  const latest = Date.now() + startWithinMs;
  while (!(await options.ready().catch(() => false))) {
    const dead = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (dead || Date.now() > latest) {
      const log = `${output}\n${(await options.log?.().catch(() => '')) ?? ''}`.trim();
      await close();
      const why = dead ? 'ended at once' : `does not answer after ${startWithinMs / 1_000} s`;
      throw new Error(`${options.name} ${why}. Its log:\n${log}`);
    }
    await wait(50);
  }
  return { close, kill: () => end('SIGKILL') };
}

/** The path of a program of the lab; throws with the way to install it where it is missing. */
export async function findBinary(name: string): Promise<string> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  for (const folder of folders) {
    const file = join(folder, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder && found) return file;
  }
  throw new Error(`${name} is not installed: run \`npm run lab:install\` as root (Debian) first.`);
}

function killProcess(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
