import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandError } from './command-error.js';

const systemFile = '/etc/ackmail/ackmail.yaml';

/** The settings file: the one that is asked for, else ./ackmail.yaml, else /etc/ackmail/ackmail.yaml. */
export function findSettings(asked: string | undefined, cwd: string): string {
  if (asked !== undefined) return resolve(cwd, asked);
  const found = [join(cwd, 'ackmail.yaml'), systemFile].find((file) => existsSync(file));
  if (found) return found;
  throw new CommandError(
    `There is no settings file: neither ackmail.yaml in this folder nor ${systemFile}.`,
    'Write one with `ackmail init`, or name another with --config FILE.',
    2,
  );
}
