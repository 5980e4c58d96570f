import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below what any system gives to connections and to servers that ask for port 0, and above the last port that `fetch`
 * refuses to ask, 10080.
 */
const [first, last] = [10_100, 32_000];

/**
 * A port of 127.0.0.1 that is free, and that nobody gets by chance before it is used: other tests, which run at the
 * same time, get theirs from the system, from another range.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]).catch(() => false);
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
