import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '../../src/core/fault.js';

type There<T> = Exclude<T, undefined | null | false | '' | 0>;

/** What a step has at hand while it happens. */
export interface Step {
  /** Prints a detail below the title of the step, once it has happened. */
  tell(...lines: readonly string[]): void;
  /** Looks until there is something and answers it; throws, naming `what`, when it takes too long. */
  until<T>(what: string, look: () => T | Promise<T>): Promise<There<T>>;
}

/** Tells a story in numbered steps, each printed when it has happened. */
export interface Narrator {
  say(...lines: readonly string[]): void;
  /** Takes note of what is said behind the stage: it is printed only when a step does not happen. */
  overhear(line: string): void;
  /** What stands out, on a terminal. */
  strong(text: string): string;
  /** Lets one step happen: a tick and its details, or a cross and why it did not. Throws what the step throws. */
  step<T>(title: string, act: (step: Step) => Promise<T>): Promise<T>;
}

/** What a narrator needs. */
export interface NarratorSetup {
  print(text: string): void;
  /** With colours. */
  readonly rich: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** How long one thing may take to happen, and half of what a step may take. */
  readonly limitMs: number;
}

/** Makes a narrator who has not said anything yet. */
export function createNarrator({ print, rich, signal, limitMs }: NarratorSetup): Narrator {
  const paint = (code: number, text: string) => (rich ? `\u001b[${code}m${text}\u001b[0m` : text);
  let count = 0;
  const overheard: string[] = [];

  const until: Step['until'] = async (what, look) => {
    const end = performance.now() + limitMs;
    for (;;) {
      const found = await look();
      if (isThere(found)) return found;
      if (performance.now() > end) throw new Error(`${what} did not come within ${limitMs / 1_000} s.`);
      await sleep(10, undefined, { signal });
    }
  };

  /** For what hangs in the middle of a step, where nobody looks at the time. */
  const tooLong = async (happens: Promise<unknown>): Promise<never> => {
    const over = new AbortController();
    happens.finally(() => over.abort()).catch(() => {});
    await sleep(limitMs * 2, undefined, { signal: over.signal });
    throw new Error(`It did not happen within ${(limitMs * 2) / 1_000} s.`);
  };

  const narrator: Narrator = {
    say: (...lines) => print(lines.map((line) => `${line}\n`).join('')),
    overhear: (line) => void overheard.push(line),
    strong: (text) => paint(1, text),
    async step(title, act) {
      count += 1;
      const number = String(count).padStart(2);
      const details: string[] = [];
      try {
        signal.throwIfAborted();
        const happens = act({ tell: (...lines) => details.push(...lines), until });
        const result = await Promise.race([happens, tooLong(happens)]);
        narrator.say(`${number} ${paint(32, '✔')} ${paint(1, title)}`, ...details.map(indented));
        return result;
      } catch (thrown) {
        const why = signal.aborted ? ['Interrupted.'] : [describe(thrown), ...overheard.slice(-5)];
        narrator.say(`${number} ${paint(31, '✘')} ${paint(1, title)}`, ...[...details, ...why].map(indented));
        throw thrown;
      }
    },
  };
  return narrator;
}

function indented(line: string): string {
  return line === '' ? '' : `     ${line}`;
}

function isThere<T>(found: T): found is T & There<T> {
  return Boolean(found);
}
