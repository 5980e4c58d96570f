import type { Writable } from 'node:stream';
import { hideSecrets } from '../core/hide-secrets.js';

/**
 * Takes what is known to be secret out of everything that is written to some streams from now on, whoever writes it.
 * What it answers makes more secrets known.
 */
export function hideInStreams(streams: readonly Writable[]): (secrets: readonly string[]) => void {
  const known = new Set<string>();
  let hide = hideSecrets(known);
  for (const stream of streams) {
    const write = stream.write.bind(stream);
    // The overloads of write differ in what follows the chunk only.
    Object.assign(stream, {
      write: (chunk: unknown, ...rest: []) => write(typeof chunk === 'string' ? hide(chunk) : chunk, ...rest),
    });
  }
  return (secrets) => {
    for (const secret of secrets) known.add(secret);
    hide = hideSecrets(known);
  };
}
