import { z } from 'zod';
import type { Alert } from '../core/alert.js';

/** A moment as it stands on disk: ISO 8601 in UTC. */
export const storedDate = z.iso.datetime().transform((text) => new Date(text));

const storedOwner = z
  .object({
    author: z.string(),
    comment: z.string(),
    at: storedDate,
    expiresAt: storedDate.optional(),
  })
  .transform(({ expiresAt, ...owner }) => ({ ...owner, ...(expiresAt ? { expiresAt } : {}) }));

/** An alert as it stands on disk. */
export const storedAlert = z
  .object({
    id: z.string().min(1),
    fingerprint: z.string(),
    source: z.string(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    severity: z.string(),
    status: z.enum(['firing', 'acknowledged', 'resolved']),
    startsAt: storedDate,
    endsAt: storedDate.optional(),
    url: z.string().optional(),
    owner: storedOwner.optional(),
    givenBack: z.object({ author: z.string(), comment: z.string(), at: storedDate }).optional(),
  })
  .transform(
    // What is left comes last: V8 gives each object that goes on behind such a clone a hidden class of its own, which
    // takes as much memory as the alert.
    ({ endsAt, url, owner, givenBack, ...alert }): Alert => ({
      ...(endsAt ? { endsAt } : {}),
      ...(url !== undefined ? { url } : {}),
      ...(owner ? { owner } : {}),
      ...(givenBack ? { givenBack } : {}),
      ...alert,
    }),
  );
