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

/** The upkeep that the owner of the data directory does; `post` asks a control route and answers its JSON. */
export function upkeepClient(post: (path: string) => Promise<unknown>): Upkeep {
  return {
    forget: async (account, { force }) =>
      forgottenSchema.parse(await post(`/forget/${encodeURIComponent(account)}${force ? '?force' : ''}`)),
    rotateKey: async () => rotatedSchema.parse(await post('/rotate-key')),
  };
}
