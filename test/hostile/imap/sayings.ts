import { pour } from '../pour.js';
import type { Attack, Point, Saying, Turn } from './hostile-server.js';

export const mebibyte = 1_048_576;
/** Says something first, and then what the honest server says. */
export const first =
  (text: string): Saying =>
  (turn) => {
    turn.say(text);
    turn.honest();
  };
export const changed =
  (change: (text: string) => string): Saying =>
  (turn) =>
    turn.say(`${change(turn.honestText())}TAG OK done\r\n`);
/** The same over and over, as fast as it is taken, until the client goes away. */
export const endless =
  (text: string): Saying =>
  ({ socket }) =>
    pour(socket, text);
export const closes: Saying = ({ socket }) => socket.destroy();
export const silent: Saying = () => {};
export const flood = (text: string, count: number) => text.repeat(count);

export const attacks = (
  kind: string,
  table: Readonly<Record<string, Omit<Attack, 'kind' | 'name'>>>,
): readonly Attack[] => Object.entries(table).map(([name, attack]) => ({ kind, name, ...attack }));
export const greetings = (table: Readonly<Record<string, Saying>>) =>
  attacks(
    'greeting',
    Object.fromEntries(Object.entries(table).map(([name, greeting]) => [name, { greeting }])),
  );
export const at = (point: Point, kind: string, table: Readonly<Record<string, Saying>>) =>
  attacks(
    kind,
    Object.fromEntries(Object.entries(table).map(([name, saying]) => [name, { on: { [point]: saying } }])),
  );

/** Writes 64 kB after 64 kB until the client goes away. */
export function endlessly(turn: Turn): void {
  const go = endless('x');
  if (typeof go !== 'string') go(turn);
}

/** The header of a mail, as an answer that nobody asked for. */
export function fetchOf(uid: number, mail: string): string {
  const header = mail.slice(0, mail.indexOf('\r\n\r\n') + 4);
  return `* 1 FETCH (UID ${uid} RFC822.SIZE ${mail.length} INTERNALDATE "01-Mar-2026 03:00:00 +0000" BODY[HEADER]<0> {${header.length}}\r\n${header})\r\n`;
}
