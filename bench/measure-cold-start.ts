import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLab } from '../test/helpers/lab.js';
import { type ConsoleVisit, openConsole } from '../test/helpers/open-console.js';
import { median } from './median.js';
import { startServe } from './start-serve.js';

const rounds = 5;

/** How long a person waits for the first page of the console after a start of the process, and how much that loads. */
export async function measureColdStart(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  const lab = await startLab();
  const times: number[] = [];
  let bytes = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now();
      const serve = await startServe(folder, lab.settings());
      try {
        const visit = await openConsole(join(folder, 'data'));
        const html = await bodyOf(visit, '/accounts');
        times.push(performance.now() - startedAt);
        bytes = html.length;
        for (const [, path = ''] of html.toString().matchAll(/<(?:link|script)[^>]+(?:href|src)="([^"]+)"/g))
          bytes += (await bodyOf(visit, path)).length;
      } finally {
        await serve.stop();
      }
    }
    return { 'page.coldStartMs': median(times), 'page.bytes': bytes };
  } finally {
    await lab.close();
    await rm(folder, { recursive: true });
  }
}

/** The bytes of a page, as they are sent. */
async function bodyOf(visit: ConsoleVisit, path: string): Promise<Buffer> {
  const answer = await visit.get(path, { headers: { 'accept-encoding': 'identity' } });
  if (answer.status !== 200) throw new Error(`${path} is answered with ${answer.status}.`);
  return Buffer.from(await answer.arrayBuffer());
}
