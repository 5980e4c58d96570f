import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from './median.js';
import { seedHistory } from './seed-history.js';

const rounds = 3;
const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const run = promisify(execFile);
/** Says at the end of a process how much it had in memory at the most, in kilobytes (getrusage). */
const tellPeak =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(`peak ${process.resourceUsage().maxRSS}`))';

/**
 * What a report of 90 days at 1,000 alerts a day costs, where no Ackmail runs: `ackmail report` in a process of its own,
 * as `npm run build` made it, from its start to its end.
 */
export async function measureReport(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  try {
    const settings = {
      accounts: {
        alerts: {
          ...{ grant: 'password', mailbox: 'alerts@example.com', password: 'the-password' },
          smtp: { host: '127.0.0.1', port: 2525, security: 'none' },
        },
      },
      actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
    };
    await writeFile(join(folder, 'ackmail.yaml'), JSON.stringify(settings), { mode: 0o600 });
    await seedHistory({ dataDir: join(folder, 'data'), now: new Date() });
    const seconds: number[] = [];
    const megabytes: number[] = [];
    // The first one warms up the files.
    for (let round = 0; round <= rounds; round += 1) {
      const made = await makeReport(folder);
      if (round === 0) continue;
      seconds.push(made.seconds);
      megabytes.push(made.megabytes);
    }
    return { 'report.seconds90d': median(seconds), 'report.mb90d': median(megabytes) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function makeReport(folder: string) {
  const startedAt = performance.now();
  const args = ['--import', tellPeak, program, 'report', '--since', '90d'];
  const { stdout, stderr } = await run(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1' },
    maxBuffer: 16_000_000,
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  // The days begin and end in the middle of one.
  if (!/(90,0|89,9)\d\d alerts fired/.test(stdout))
    throw new Error(`That is no report: ${stdout.slice(0, 500)}`);
  return { seconds, megabytes: (Number(/peak (\d+)/.exec(stderr)?.[1]) * 1_024) / 1e6 };
}
