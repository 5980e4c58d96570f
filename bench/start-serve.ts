import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** `ackmail serve` in a process of its own, as `npm run build` made it. */
export interface Serve {
  /** Seconds from the start of the process until it said that it takes alerts. */
  readonly startedInSeconds: number;
  /** What it has in memory now, in megabytes of 1,000,000 bytes (resident set size). */
  residentMb(): Promise<number>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const run = promisify(execFile);

/** Starts it in a folder, where its settings are written to. */
export async function startServe(folder: string, settings: object): Promise<Serve> {
  // JSON is YAML too.
  await writeFile(join(folder, 'ackmail.yaml'), JSON.stringify(settings), { mode: 0o600 });
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, 'serve'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output = (output + chunk).slice(-10_000);
      if (output.includes('ackmail: ready')) resolve();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    void ended.then(() => reject(new Error(`ackmail serve ended: ${output}`)));
  });
  return {
    startedInSeconds: (performance.now() - startedAt) / 1_000,
    async residentMb() {
      const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(child.pid)]);
      return (Number(stdout) * 1_024) / 1e6;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
