import type { Socket } from 'node:net';
import type { Point, Saying, Script, Turn } from '../../ack/pop3/scripted-pop3.js';
import { pour } from '../pour.js';

/** A way in which a server lies, stalls or injects on its first connections; afterwards it is honest. */
export interface Attack extends Script {
  readonly kind: string;
  readonly name: string;
  /** What our fault says of it; absent where nothing that anybody must know of is wrong. */
  readonly says?: RegExp;
  /** It keeps the reply from being seen at all: nobody can know of it. */
  readonly hides?: true;
}

/** What a server does, and what our fault says of it. */
export type Row = Saying | readonly [saying: Saying, says: RegExp];

/** Attacks of one kind, by their names. */
export const attacks = (
  kind: string,
  table: Readonly<Record<string, Omit<Attack, 'kind' | 'name'>>>,
): readonly Attack[] => Object.entries(table).map(([name, attack]) => ({ kind, name, ...attack }));

/** Attacks in place of the answers to one command. */
export const at = (
  point: Point,
  kind: string,
  table: Readonly<Record<string, Row>>,
  more: Partial<Attack> = {},
): readonly Attack[] =>
  Object.entries(table).map(([name, row]) => {
    const [saying, says] = Array.isArray(row) ? (row as readonly [Saying, RegExp]) : [row as Saying];
    return { kind, name, on: { [point]: saying }, ...(says ? { says } : {}), ...more };
  });

export const silent: Saying = () => {};
export const closes: Saying = ({ socket }) => socket.destroy();
/** Says something first, and then what an honest server says. */
export const first =
  (text: string): Saying =>
  (turn) => {
    turn.say(text);
    turn.honest();
  };
/** What an honest server says, but for a change. */
export const changed =
  (change: (text: string, turn: Turn) => string): Saying =>
  (turn) =>
    turn.say(change(turn.honestText(), turn));
/** The pieces that wait to be said: the answers to commands that were sent ahead come in turn. */
const queues = new WeakMap<Socket, (() => void)[]>();
/** What an honest server says, in pieces that come one after another. */
export const inPieces =
  (cut: (text: string) => readonly string[], pauseMs = 5): Saying =>
  (turn) => {
    const waiting = queues.get(turn.socket);
    const queue = waiting ?? [];
    queues.set(turn.socket, queue);
    for (const piece of cut(turn.honestText())) queue.push(() => turn.say(piece));
    const next = () => {
      queue.shift()?.();
      if (queue.length > 0) setTimeout(next, pauseMs);
      else queues.delete(turn.socket);
    };
    if (!waiting) next();
  };
/** Something, and then the same over and over, as fast as it is taken, until the client goes away. */
export const endless =
  (start: string, text: string): Saying =>
  ({ say, socket }) => {
    say(start);
    pour(socket, text);
  };
/** Something, and then a little every few milliseconds. */
export const dripping =
  (start: string, text: string): Saying =>
  ({ say, socket }) => {
    say(start);
    const timer = setInterval(() => say(text), 10);
    socket.once('close', () => clearInterval(timer));
  };
