import { z } from 'zod';
import type { Upkeep } from '../core/upkeep.js';

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
const releasedSchema = z.object({ count: z.number() });

/** The way to the control routes of the upkeep. */
export interface UpkeepWay {
  /** Asks a route and answers its JSON. */
  post(path: string): Promise<unknown>;
  /** Asks a route that answers a line of JSON a step. */
  steps<T>(schema: z.ZodType<T>, path: string, signal: AbortSignal): AsyncIterable<T>;
}

/** The upkeep that the owner of the data directory does. */
export function upkeepClient({ post, steps }: UpkeepWay): Upkeep {
  return {
    forget: async (account, { force }) =>
      forgottenSchema.parse(await post(`/forget/${encodeURIComponent(account)}${force ? '?force' : ''}`)),
    rotateKey: async () => rotatedSchema.parse(await post('/rotate-key')),
    snapshot: (signal) => steps(snapshotSchema, '/snapshot', signal),
    sendHeld: async () => releasedSchema.parse(await post('/outbox/send')),
    dropHeld: async () => releasedSchema.parse(await post('/outbox/drop')),
  };
}
