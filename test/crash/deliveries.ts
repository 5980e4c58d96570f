import { createHash } from 'node:crypto';
import { headerField } from '../helpers/lab.js';
import type { TakenMail } from '../helpers/submission-server.js';

/** What a server remembers of the mails of a process that is killed and started again. */
export interface Deliveries {
  /** A mail was taken. */
  add(mail: TakenMail): void;
  /** The process was killed; the connections up to `lastConnection` were its own. */
  killed(lastConnection: number): void;
  /** How many mails were taken. */
  mails(): number;
  /** How many different messages there were, by their Message-ID. */
  messages(): number;
  /** For each kill, how many mails were sent again for its sake: those of the process that did not live to know. */
  repeats(): readonly number[];
  /** The Message-IDs of mails that were sent again with other bytes, or by a process that was not killed. */
  faulty(): readonly string[];
}

/** Makes an empty memory. */
export function createDeliveries(): Deliveries {
  const messages = new Map<string, { readonly digest: string; lastLife: number }>();
  /** The last connection of each life that was ended by a kill. */
  const lives: number[] = [];
  const repeats: number[] = [];
  const faulty: string[] = [];
  let mails = 0;

  return {
    add({ raw, connection }) {
      mails += 1;
      const id = headerField(raw, 'Message-ID');
      const digest = createHash('sha256').update(raw).digest('base64');
      const ended = lives.findIndex((last) => connection <= last);
      const life = ended < 0 ? lives.length : ended;
      const message = messages.get(id);
      if (message === undefined) {
        messages.set(id, { digest, lastLife: life });
        return;
      }
      if (message.digest !== digest || message.lastLife === life) faulty.push(id);
      repeats[message.lastLife] = (repeats[message.lastLife] ?? 0) + 1;
      message.lastLife = life;
    },
    killed: (lastConnection) => void lives.push(lastConnection),
    mails: () => mails,
    messages: () => messages.size,
    repeats: () => lives.map((_, life) => repeats[life] ?? 0),
    faulty: () => faulty,
  };
}
