import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeReply } from '../test/helpers/lab.js';
import { median } from './median.js';
import type { OpenPlugin } from './open-plugin.js';
import type { MailServers } from './start-mail-servers.js';

const replies = 40;
const warmUp = 5;

const composed = z.object({ raw: z.string() });

/**
 * The time from the notice that a mailbox has a new mail (`* n EXISTS` in an IDLE, RFC 2177) to the call of
 * `host.acknowledge`: the header fetched, the reference verified, the body fetched and read, the reply on disk.
 * Each reply answers another mail that the plugin sent before, by another
 * person, since what one may say at once is limited, and comes when nothing else happens.
 */
export async function measureAcknowledge(
  servers: MailServers,
  open: OpenPlugin,
): Promise<Record<string, number>> {
  const folder = join(open.dataDir, 'mails');
  const names = (await readdir(folder)).slice(0, warmUp + replies);
  const tookMs: number[] = [];
  for (const [index, name] of names.entries()) {
    const { raw } = composed.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
    const acknowledged = new Promise<bigint>((resolve) => {
      open.onAcknowledge = () => resolve(process.hrtime.bigint());
    });
    const noticedAt = await servers.append(
      writeReply(raw, 'On it, thanks.', { from: `ops-${index}@example.com` }),
    );
    tookMs.push(Number((await acknowledged) - noticedAt) / 1e6);
  }
  return { 'ack.afterIdleMs': median(tookMs.slice(warmUp)) };
}
