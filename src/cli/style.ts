import type { Terminal } from './terminal.js';

/** Marks on text for a terminal; plain words elsewhere. */
export interface Style {
  strong(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  faint(text: string): string;
  readonly tick: string;
  readonly cross: string;
}

const paint = (code: number, end: number) => (text: string) => `\u001b[${code}m${text}\u001b[${end}m`;
const same = (text: string) => text;

/** The marks for a terminal. */
export function styleFor({ rich }: Pick<Terminal, 'rich'>): Style {
  if (!rich) return { strong: same, good: same, bad: same, faint: same, tick: 'ok', cross: 'FAILED' };
  const good = paint(32, 39);
  const bad = paint(31, 39);
  return { strong: paint(1, 22), good, bad, faint: paint(2, 22), tick: good('✔'), cross: bad('✘') };
}
