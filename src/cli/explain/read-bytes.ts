import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { describe } from '../../core/fault.js';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';

/** What was read, and whether there was more. */
export interface ReadBytes {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly isCut: boolean;
}

/** Reads a file, or what is piped in for `-`; at most `limit` bytes, the rest is not looked at. */
export async function readBytes(source: string, limit: number, terminal: Terminal): Promise<ReadBytes> {
  const { stdin, stderr, cwd } = terminal;
  if (source === '-' && stdin.isTTY) stderr.write('Paste the mail; then press Enter and Ctrl-D.\n');
  const stream = source === '-' ? stdin : createReadStream(resolve(cwd, source));
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes);
      length += bytes.byteLength;
      if (length > limit) break;
    }
  } catch (cause) {
    throw new CommandError(
      `${source} cannot be read: ${describe(cause)}`,
      'Name a file that you may read, or - to read what is piped in or pasted.',
      2,
    );
  }
  return { bytes: Buffer.from(Buffer.concat(chunks).subarray(0, limit)), isCut: length > limit };
}
