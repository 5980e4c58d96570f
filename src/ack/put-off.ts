import { z } from 'zod';
import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Reply } from '../core/mail.js';
import type { Collection, DocumentType } from '../core/store.js';
import { createBell } from './bell.js';
import { longestSource } from './longest-source.js';

const date = z.iso.datetime().transform((text) => new Date(text));
const onDisk = z.object({
  place: z.object({ account: z.string(), position: z.string() }),
  header: z.base64(),
  source: z.base64(),
  receivedAt: date,
  sender: z.string(),
  since: date,
  /** The order in which they came. */
  number: z.number().int(),
});

/** A reply that waits to be judged again, with its message. */
export type PutOffReply = Readonly<z.infer<typeof onDisk>>;

/** How it is kept: encrypted, since it is somebody's mail. */
export const putOffType: DocumentType<PutOffReply> = {
  version: 1,
  parse: (value) => onDisk.parse(value),
  encrypted: true,
};

/** The replies that wait to be judged again. */
export interface PutOff {
  /** Reads what a run before this one left waiting. */
  load(): Promise<void>;
  /** Lets a reply wait until `dueAt`, also once more: it is on disk when this returns. */
  put(
    key: string,
    reply: Reply,
    why: { readonly sender: string; readonly dueAt: Date; readonly isRate: boolean },
  ): Promise<void>;
  /** Since when a reply waits. */
  since(key: string): Date | undefined;
  /**
   * Until when a reply has to wait for earlier ones of its sender; undefined where it has not. Earlier ones that wait
   * for a DNS server are tried once more before a new one.
   */
  behind(key: string, sender: string): Date | undefined;
  /** How many wait, of a sender or of all: for room, or (`isRate` is false) for what shows who sent them. */
  count(isRate: boolean, sender?: string): number;
  /** Hands out what is due, the oldest first, until `signal` is aborted. What is not put again is over. */
  run(receive: (reply: Reply) => Promise<void>, signal: AbortSignal): Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly sender: string;
  readonly since: Date;
  dueAt: Date;
  /** It waits for room among the replies of its sender. */
  isRate: boolean;
  /** How often it was put. */
  puts: number;
}

const restMs = 3_600_000;
const failedMs = 60_000;

/** Makes what keeps the replies that wait. */
export function createPutOff(setup: {
  readonly putOff: Collection<PutOffReply>;
  readonly clock: Clock;
  readonly log: Log;
}): PutOff {
  const { putOff: documents, clock, log } = setup;
  const entries = new Map<string, Entry>();
  const bell = createBell(clock);
  let last = 0;
  const of = (sender: string) => [...entries.values()].filter((entry) => entry.sender === sender);
  const isDue = ({ dueAt }: Entry) => dueAt <= clock.now();

  function behind(key: string, sender: string): Date | undefined {
    const all = of(sender);
    const at = all.findIndex((entry) => entry.key === key);
    const isNew = at === -1;
    if (isNew) for (const entry of all) if (!entry.isRate) entry.dueAt = clock.now();
    return all.slice(0, isNew ? all.length : at).findLast((entry) => entry.isRate || isDue(entry))?.dueAt;
  }

  async function handOut(entry: Entry, receive: (reply: Reply) => Promise<void>): Promise<void> {
    const kept = await documents.get(entry.key);
    const { puts } = entry;
    if (kept) {
      const { place, receivedAt } = kept;
      const source = Buffer.from(kept.source, 'base64');
      await receive({
        ...{ place, receivedAt, header: Buffer.from(kept.header, 'base64') },
        source: async (maxLength) => source.subarray(0, maxLength),
      });
    }
    if (entry.puts !== puts) return;
    await documents.delete(entry.key);
    entries.delete(entry.key);
  }

  return {
    async load() {
      const found: (Entry & { readonly number: number })[] = [];
      for (const key of await documents.names()) {
        const kept = await documents.get(key);
        if (!kept) continue;
        const { sender, since, number } = kept;
        found.push({ key, sender, since, number, dueAt: new Date(0), isRate: false, puts: 1 });
      }
      found.sort((one, other) => one.number - other.number);
      for (const entry of found) entries.set(entry.key, entry);
      last = found.at(-1)?.number ?? 0;
    },
    async put(key, reply, { sender, dueAt, isRate }) {
      const known = entries.get(key);
      if (known) Object.assign(known, { dueAt, isRate, puts: known.puts + 1 });
      else {
        const since = clock.now();
        last += 1;
        const { place, header, receivedAt } = reply;
        const source = await reply.source(longestSource);
        await documents.put(key, {
          ...{ place, receivedAt, sender, since, number: last },
          ...{ header: header.toString('base64'), source: source.toString('base64') },
        });
        entries.set(key, { key, sender, since, dueAt, isRate, puts: 1 });
      }
      bell.ring();
    },
    since: (key) => entries.get(key)?.since,
    behind,
    count: (isRate, sender) =>
      [...(sender === undefined ? entries.values() : of(sender))].filter((entry) => entry.isRate === isRate)
        .length,
    async run(receive, signal) {
      while (!signal.aborted) {
        for (const entry of [...entries.values()].filter(isDue)) {
          if (signal.aborted) return;
          const until = behind(entry.key, entry.sender);
          if (until && until > clock.now()) {
            entry.dueAt = until;
            continue;
          }
          await handOut(entry, receive).catch((thrown) => {
            entry.dueAt = new Date(clock.now().getTime() + failedMs);
            log.warn({ sender: entry.sender }, `A reply that waits could not be judged: ${describe(thrown)}`);
          });
        }
        const next = Math.min(...[...entries.values()].map(({ dueAt }) => dueAt.getTime()));
        await bell.wait(new Date(Math.min(next, clock.now().getTime() + restMs)), signal);
      }
    },
  };
}
