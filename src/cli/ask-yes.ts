import { createInterface } from 'node:readline';
import type { Terminal } from './terminal.js';

/** Asks a question at a terminal; anything but a clear yes, Ctrl-C and Ctrl-D too, is a no. */
export function askYes(question: string, { stdin, stderr }: Terminal): Promise<boolean> {
  const typed = createInterface({ input: stdin, output: stderr, terminal: true, historySize: 0 });
  return new Promise((resolve) => {
    typed.question(`${question} [y/N] `, (answer) => {
      resolve(/^\s*(y|yes)\s*$/i.test(answer));
      typed.close();
    });
    typed.on('SIGINT', () => typed.close());
    typed.on('close', () => resolve(false));
  });
}
