import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Terminal } from '../terminal.js';
import { wrapText } from '../wrap-text.js';
import type { Asker, Complaint } from './asker.js';
import { Cancelled } from './cancelled.js';

/**
 * Asks line by line, for a terminal that nothing can be drawn on (TERM=dumb) and for people who have a screen read to
 * them (`ACCESSIBLE=1`); `interrupt` breaks a question off, with the signal's name as its reason.
 */
export function lineAsker({ stdin, stdout, columns = 80 }: Terminal, interrupt: AbortSignal): Asker {
  const print = (text: string) => void stdout.write(`${text}\n`);
  const line = (question: string, isShown = true): Promise<string> =>
    new Promise((resolve, reject) => {
      const echo = new Writable({
        decodeStrings: false,
        write(chunk, _, done) {
          if (isShown) stdout.write(chunk);
          done();
        },
      });
      const typed = createInterface({ input: stdin, output: echo, terminal: true, historySize: 0 });
      const end = () => typed.close();
      interrupt.addEventListener('abort', end);
      typed.once('line', (said) => {
        resolve(said.trim());
        typed.close();
      });
      typed.once('SIGINT', end);
      typed.once('close', () => {
        interrupt.removeEventListener('abort', end);
        if (!isShown) stdout.write('\n');
        reject(new Cancelled(interrupt.reason === 'SIGTERM' ? 143 : 130));
      });
      // Nobody types at a terminal that went away, and nothing more would be heard of it.
      if (interrupt.aborted || stdin.readableEnded) end();
      // What is typed before the terminal gives each key at once could get lost.
      else stdout.write(`${question} `);
    });
  const untilRight = async (question: string, complain: Complaint, initial = '', isShown = true) => {
    for (;;) {
      const typed = (await line(`${question}${initial ? ` [${initial}]` : ''}:`, isShown)) || initial;
      const complaint = complain(typed);
      if (complaint === undefined) return typed;
      print(complaint);
    }
  };
  return {
    say: (text) => print(`\n${wrapText(text, columns - 1, { keepIndented: true })}\n`),
    async choose(question, choices) {
      print(question);
      choices.forEach(({ label, hint }, place) => {
        print(`  ${place + 1}  ${label}${hint === undefined ? '' : ` (${hint})`}`);
      });
      const numbered = (typed: string) => choices[/^\d{1,2}$/.test(typed) ? Number(typed) - 1 : -1];
      const complain = (typed: string) =>
        numbered(typed) ? undefined : `Type a number from 1 to ${choices.length}.`;
      const chosen = numbered(await untilRight('Number', complain, '1'));
      if (!chosen) throw new Cancelled();
      return chosen.value;
    },
    text: (question, complain, initial) => untilRight(question, complain, initial),
    secret: (question, complain) => untilRight(`${question} (not shown)`, complain, '', false),
    async confirm(question, initial) {
      const complain = (typed: string) => (/^(y|yes|n|no)$/i.test(typed) ? undefined : 'Type yes or no.');
      return /^y/i.test(await untilRight(question, complain, initial ? 'yes' : 'no'));
    },
  };
}
