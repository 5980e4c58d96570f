import { z } from 'zod';
import { storedAlert } from '../actions/stored-alert.js';
import type { Upkeep } from '../core/upkeep.js';
import { repliesClient } from './replies-client.js';

const date = z.iso.datetime().transform((text) => new Date(text));
const forgottenSchema = z.object({
  account: z.string(),
  user: z.string().exactOptional(),
  notRevoked: z.string().exactOptional(),
  accessTokenExpiresAt: date.exactOptional(),
});
const rotatedSchema = z.object({
  file: z.string(),
  unopened: z.number(),
  left: z.string().exactOptional(),
});
const snapshotSchema = z.object({ folder: z.string(), kid: z.string() });

const waitingSchema = z.object({
  id: z.string(),
  action: z.string(),
  priority: z.number(),
  dueAt: date,
  nextTryAt: date,
  tries: z.number(),
  state: z.enum(['waiting', 'held', 'telling']),
  why: z.string().exactOptional(),
});
const detailSchema = z.object({
  id: z.string(),
  event: z.object({
    id: z.string(),
    kind: z.enum(['fired', 'repeated', 'resolved', 'acknowledged', 'unacknowledged']),
    at: date,
    alert: storedAlert,
  }),
  recipients: z
    .record(
      z.string(),
      z.object({
        status: z.enum(['pending', 'accepted', 'deferred', 'rejected', 'bounced']),
        reply: z.string().exactOptional(),
        at: date.exactOptional(),
      }),
    )
    .exactOptional(),
});
const roundTripSchema = z.object({
  server: z.enum(['smtp', 'imap', 'pop3']),
  step: z.enum(['login', 'probe', 'arrival', 'answer', 'reply']),
  ok: z.boolean(),
  detail: z.string(),
  ms: z.number().exactOptional(),
  remedy: z.string().exactOptional(),
});
const touchedSchema = z.object({ count: z.number(), telling: z.number() });
const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const entrySchema = z.object({ at: date, kind: z.string() }).catchall(fact);

/** The way to the control routes of the upkeep. */
export interface UpkeepWay {
  get(path: string): Promise<unknown>;
  /** Asks a route, with a body of JSON where there is one, and answers its JSON. */
  post(path: string, body?: object): Promise<unknown>;
  /** Asks a route with a body as it is, and answers its JSON. */
  send(path: string, body: Buffer<ArrayBuffer>): Promise<unknown>;
  /** Asks a route that answers a line of JSON a step. */
  steps<T>(schema: z.ZodType<T>, path: string, signal: AbortSignal): AsyncIterable<T>;
  /** Reads lines of JSON. */
  lines<T>(schema: z.ZodType<T>, path: string): AsyncIterable<T>;
}

/** The upkeep that the owner of the data directory does. */
export function upkeepClient({ get, post, send, steps, lines }: UpkeepWay): Required<Upkeep> {
  return {
    forget: async (account, { force }) =>
      forgottenSchema.parse(await post(`/forget/${encodeURIComponent(account)}${force ? '?force' : ''}`)),
    rotateKey: async () => rotatedSchema.parse(await post('/rotate-key')),
    snapshot: (signal) => steps(snapshotSchema, '/snapshot', signal),
    outbox: {
      list: async () => z.array(waitingSchema).parse(await get('/outbox')),
      details: async (ids) => z.array(detailSchema).parse(await post('/outbox/details', { ids })),
      retry: async (ids) => touchedSchema.parse(await post('/outbox/retry', { ids })),
      drop: async (ids) => touchedSchema.parse(await post('/outbox/drop', { ids })),
    },
    replies: repliesClient({ send, lines }),
    roundTrip: (account, signal) =>
      steps(roundTripSchema, `/round-trip/${encodeURIComponent(account)}`, signal),
    history: (since) => lines(entrySchema, `/history?since=${since.toISOString()}`),
  };
}
