import { createInterface } from 'node:readline';
import { isCancel, password } from '@clack/prompts';
import { passwordHash } from '../console/access/password-hash.js';
import { CommandError } from './command-error.js';
import type { Terminal } from './terminal.js';

const shortest = 12;
const tooShort = `Take at least ${shortest} characters.`;

/**
 * `ackmail console --password`: asks for a password, twice at a terminal and without showing it, and prints what stands
 * for it in the settings. A pipe gives it as its first line. Answers the exit code.
 */
export async function consolePassword(
  { json }: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  if (json && terminal.stdin.isTTY)
    throw new CommandError(
      'With --json nobody is asked anything.',
      'Give the password by a pipe: ackmail console --password --json < FILE',
      2,
    );
  const given = await (terminal.stdin.isTTY ? askTwice(terminal) : firstLine(terminal));
  terminal.hide([given]);
  if (given.length < shortest) throw new CommandError('The password is too short.', tooShort, 2);
  const hash = await passwordHash.make(given);
  terminal.stdout.write(json ? `${JSON.stringify({ hash })}\n` : `${hash}\n`);
  if (json) return 0;
  terminal.stderr.write(
    "Put it into the settings, with the name to sign in with: http: { users: { NAME: '…' } }\n",
  );
  return 0;
}

async function askTwice({ stdin, stderr }: Terminal): Promise<string> {
  const ask = async (message: string) => {
    const answer = await password({
      ...{ message, input: stdin, output: stderr },
      validate: (text = '') => (text.length < shortest ? tooShort : undefined),
    });
    if (isCancel(answer)) throw new CommandError('Nothing was made.', 'Begin again when you like.');
    return answer;
  };
  const first = await ask('The password');
  if ((await ask('The same again')) !== first)
    throw new CommandError('The two are not the same.', 'Try again.');
  return first;
}

async function firstLine({ stdin }: Terminal): Promise<string> {
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}
