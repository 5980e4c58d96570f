import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { median } from './median.js';
import { startServe } from './start-serve.js';
import { waitingSettings } from './waiting-settings.js';

const backlog = 100_000;
const rounds = 9;
const alertsARound = 800;
const starts = 3;
const idleMs = 10_000;
const settleMs = 15_000;

/**
 * What accepting costs: against the least code that makes as many documents durable, and with 100,000 alerts that
 * wait against none; and what a start and a life with those 100,000 costs `ackmail serve`.
 */
export async function measureWaiting(): Promise<Record<string, number>> {
  const emptyFolder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  const fullFolder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  try {
    return {
      ...(await measureAccept(emptyFolder, fullFolder)),
      ...(await measureStart(fullFolder)),
    };
  } finally {
    for (const folder of [emptyFolder, fullFolder]) await rm(folder, { recursive: true, maxRetries: 5 });
  }
}

async function measureAccept(emptyFolder: string, fullFolder: string): Promise<Record<string, number>> {
  const empty = await startAccepting(emptyFolder);
  const full = await startAccepting(fullFolder);
  try {
    await full('fill', backlog);
    // What was accepted becomes files in this time.
    await wait(settleMs);
    const accepts: number[] = [];
    const perSecond: number[] = [];
    const growths: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const writtenMs = await empty('write', alertsARound);
      const acceptedMs = await empty('accept', alertsARound);
      const acceptedFullMs = await full('accept', alertsARound);
      // The first is to warm up.
      if (round === 0) continue;
      perSecond.push((alertsARound * 1_000) / acceptedMs);
      accepts.push(writtenMs / acceptedMs);
      growths.push(acceptedFullMs / acceptedMs);
    }
    return {
      'accept.perSecond': median(perSecond),
      'accept.vsFsync': median(accepts),
      'accept.growth100k': median(growths),
    };
  } finally {
    await Promise.all([empty.end(), full.end()]);
  }
}

async function measureStart(folder: string): Promise<Record<string, number>> {
  const seconds: number[] = [];
  let residentMb = 0;
  for (let start = 0; start < starts; start += 1) {
    const serve = await startServe(folder, waitingSettings);
    seconds.push(serve.startedInSeconds);
    if (start === starts - 1) {
      await wait(idleMs);
      residentMb = await serve.residentMb();
    }
    await serve.stop();
  }
  return { 'start.seconds100k': median(seconds), 'rss.mb100k': residentMb };
}

const answer = z.object({ tookMs: z.number() });

/** Runs accepting.ts in a folder; what it answers is how many milliseconds a wish took. */
async function startAccepting(folder: string) {
  const script = fileURLToPath(new URL('accepting.ts', import.meta.url));
  const child = fork(script, [folder], { execArgv: ['--import', import.meta.resolve('tsx')] });
  const ended = once(child, 'exit');
  const tell = async () => {
    const [message] = await Promise.race([once(child, 'message'), ended.then(() => ['it has ended'])]);
    return answer.parse(message).tookMs;
  };
  await tell();
  const ask = (what: 'accept' | 'fill' | 'write', count: number) => {
    child.send({ what, count });
    return tell();
  };
  return Object.assign(ask, {
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  });
}
