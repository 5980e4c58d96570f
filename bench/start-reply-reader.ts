import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** When something was begun and done, by `process.hrtime`, and the resident memory after it, in megabytes. */
export interface Done {
  readonly at: bigint;
  readonly doneAt: bigint;
  readonly residentMb: number;
}

/** The plugin in a process of its own, with a data directory in `folder`. */
export interface ReplyReader {
  start(): Promise<Done>;
  stop(): Promise<Done>;
  /** Hands so many new alerts over. */
  alerts(count: number): Promise<Done>;
  /** Waits until it has put away what it did. */
  settle(): Promise<Done>;
  /** Waits until so many replies in all have been acknowledged to the host. */
  acknowledged(total: number): Promise<Done>;
  /** The bytes of the mails that left, once it has stopped. */
  mails(): Promise<readonly string[]>;
  close(): void;
}

const answer = z.object({
  at: z.string().transform(BigInt),
  doneAt: z.string().transform(BigInt),
  rss: z.number(),
});
const composed = z.object({ raw: z.string() });

/** Starts the process; the plugin in it waits for `start`. */
export function startReplyReader(folder: string, account: object): ReplyReader {
  const script = fileURLToPath(new URL('reply-reader.ts', import.meta.url));
  const child = fork(script, [JSON.stringify({ folder, account })], {
    execArgv: ['--import', import.meta.resolve('tsx'), '--expose-gc'],
  });
  const ask = async (wish: string | object): Promise<Done> => {
    child.send(wish);
    const [told] = await once(child, 'message');
    const { rss, ...times } = answer.parse(told);
    return { ...times, residentMb: rss / 1e6 };
  };
  return {
    start: () => ask('start'),
    stop: () => ask('stop'),
    settle: () => ask('settle'),
    alerts: (count) => ask({ alerts: count }),
    acknowledged: (total) => ask({ acknowledged: total }),
    async mails() {
      const mails = join(folder, 'data', 'mails');
      const names = await readdir(mails);
      const texts = await Promise.all(names.map((name) => readFile(join(mails, name), 'utf8')));
      return texts.map((text) => composed.parse(JSON.parse(text)).raw);
    },
    close: () => child.disconnect(),
  };
}
