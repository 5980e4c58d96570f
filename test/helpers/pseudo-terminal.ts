import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkForLeaks } from './check-for-leaks.js';
import { commandLine } from './command-line.js';
import { until } from './until.js';

const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
const escapes = /\u001b\[[\d;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g;

/** The command `ackmail` on a terminal of its own, with keys that a test presses. */
export interface TerminalProcess {
  /** All that was drawn so far, as it came. */
  drawn(): string;
  /** Waits until something is on the screen that was not asked for before, and answers what came with it. */
  shows(text: string | RegExp): Promise<string>;
  /** Types keys; Enter is a carriage return. */
  type(keys: string): void;
  /** The exit code. */
  ended(): Promise<number>;
  /** Sends a signal to the command itself. */
  signal(name: 'SIGINT' | 'SIGTERM'): Promise<void>;
  kill(): void;
}

/** Whether this machine can make a terminal: script(1) of util-linux does, which every Debian has. */
export const hasTerminals = process.platform === 'linux';

/** Starts `ackmail` with its arguments in the folder `cwd`, on a terminal of 80 columns. */
export function startOnTerminal(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): TerminalProcess {
  const words = [process.execPath, ...commandLine, ...args].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  const child = spawn('script', ['-qefc', `stty cols 80 rows 40; exec ${words.join(' ')}`, '/dev/null'], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      TERM: 'xterm',
      NODE_NO_WARNINGS: '1',
      TSX_TSCONFIG_PATH: tsconfig,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let drawn = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    drawn += chunk;
  });
  child.stdin.on('error', () => {});
  const plain = () => drawn.replace(escapes, '').replaceAll('\r', '');
  let gone: number | undefined;
  const closed = once(child, 'close').then(async ([code]) => {
    gone = code ?? 1;
    await checkForLeaks(cwd, args, drawn);
    return gone ?? 1;
  });
  return {
    drawn: () => drawn,
    async shows(text) {
      const find = () => {
        const rest = plain().slice(seen);
        const at = typeof text === 'string' ? rest.indexOf(text) : rest.search(text);
        return at === -1 ? undefined : { at, rest };
      };
      await until(`“${text}” on the screen`, () => find() !== undefined || gone !== undefined).catch(
        (error) => {
          throw new Error(`${error.message} There is:\n${plain().slice(seen)}`);
        },
      );
      const found = find();
      if (!found) throw new Error(`It ended with ${gone} without “${text}”:\n${plain()}`);
      const length =
        typeof text === 'string' ? text.length : (text.exec(found.rest.slice(found.at))?.[0].length ?? 0);
      seen += found.at + length;
      return found.rest.slice(0, found.at + length);
    },
    type: (keys) => void child.stdin.write(keys),
    ended: () => closed,
    async signal(name) {
      const [pid] = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).split(' ');
      process.kill(Number(pid), name);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
