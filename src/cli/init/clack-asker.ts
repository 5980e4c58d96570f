import { Writable } from 'node:stream';
import type { CANCEL_SYMBOL } from '@clack/prompts';
import type { Terminal } from '../terminal.js';
import { wrapText } from '../wrap-text.js';
import type { Asker } from './asker.js';
import { Cancelled } from './cancelled.js';

/** Asks with questions that are drawn on a terminal; `interrupt` breaks one off, with the signal's name as its reason. */
export async function clackAsker(terminal: Terminal, interrupt: AbortSignal): Promise<Asker> {
  const { confirm, isCancel, log, password, select, text } = await import('@clack/prompts');
  const output = screenOf(terminal);
  const ending = new AbortController();
  const end = () => ending.abort();
  interrupt.addEventListener('abort', end);
  // Without it, Ctrl-D ends the reading of keys, and the question would stand for ever.
  terminal.stdin.on('keypress', (_, key: { readonly name?: string; readonly ctrl?: boolean }) => {
    if (key.ctrl && key.name === 'd') end();
  });
  const common = { input: terminal.stdin, output, signal: ending.signal };
  if (terminal.stdin.readableEnded) throw new Cancelled();
  terminal.stdin.once('end', end);
  const answer = async <T>(asked: Promise<T | typeof CANCEL_SYMBOL>): Promise<T> => {
    const value = await asked;
    if (isCancel(value)) throw new Cancelled(interrupt.reason === 'SIGTERM' ? 143 : 130);
    return value;
  };
  return {
    say: (said) =>
      log.message(wrapText(said, (terminal.columns ?? 80) - 4, { keepIndented: true }), { output }),
    async choose(message, choices) {
      const values = choices.map(({ value }) => value);
      const options = choices.map(({ value, label, hint }) => ({
        value: String(value),
        label,
        ...(hint === undefined ? {} : { hint }),
      }));
      const chosen = await answer(select<string>({ message, options, showInstructions: false, ...common }));
      const found = values.find((value) => value === chosen);
      if (found === undefined) throw new Cancelled();
      return found;
    },
    text: (message, complain, initialValue = '') =>
      answer(
        text({
          message,
          initialValue,
          validate: (typed = '') => complain(typed.trim()),
          ...common,
        }),
      ).then((typed) => typed.trim()),
    secret: (message, complain) =>
      answer(
        password({
          message,
          clearOnError: true,
          validate: (typed = '') => complain(typed.trim()),
          ...common,
        }),
      ).then((typed) => typed.trim()),
    confirm: (message, initialValue) => answer(confirm({ message, initialValue, ...common })),
  };
}

/** Standard output as the questions are drawn on it: without colours where none are wanted. */
function screenOf({ stdout, rich, columns = 80 }: Terminal): Writable & { readonly columns: number } {
  const screen = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      const drawn = String(chunk);
      stdout.write(rich ? drawn : drawn.replace(/\u001b\[[\d;]*m/g, ''));
      done();
    },
  });
  return Object.assign(screen, { columns, rows: 50, isTTY: true });
}
