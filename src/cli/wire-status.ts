import { z } from 'zod';

const date = z.iso.datetime().transform((text) => new Date(text));

/** How one account is doing, as it comes over the control socket. */
export const wireAccountSchema = z.looseObject({
  account: z.string(),
  mailbox: z.string(),
  grant: z.string(),
  state: z.string(),
  authorizedAs: z.string().optional(),
  accessTokenExpiresAt: date.optional(),
  refreshedAt: date.optional(),
  missingScopes: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  lastSentAt: date.optional(),
  lastReplyAt: date.optional(),
  expiries: z
    .array(
      z.looseObject({
        what: z.string(),
        at: date,
        renewed: z.boolean(),
        warnedDays: z.number().optional(),
        detail: z.string().optional(),
      }),
    )
    .optional(),
  detail: z.string().optional(),
  since: date.optional(),
  nextTryAt: date.optional(),
  remedy: z.string().optional(),
  authorizationUrl: z.string().optional(),
});

/** How everything is doing, as it comes over the control socket; a newer owner may say more. */
export const wireStatusSchema = z.looseObject({
  version: z.string(),
  startedAt: date.optional(),
  accounts: z.array(wireAccountSchema),
  actions: z.array(
    z.looseObject({
      action: z.string(),
      type: z.string(),
      waiting: z.number(),
      held: z.number().optional(),
      later: z.number().optional(),
      oldestDueAt: date.optional(),
      nextTryAt: date.optional(),
      lastFault: z.string().optional(),
    }),
  ),
  acknowledgement: z
    .looseObject({
      account: z.string(),
      state: z.string(),
      detail: z.string().optional(),
      pending: z.number(),
      waiting: z.number().default(0),
      refused: z.record(z.string(), z.number()).default({}),
    })
    .optional(),
  alerts: z.looseObject({ firing: z.number(), acknowledged: z.number() }),
  systemErrors: z.array(
    z.looseObject({
      code: z.string(),
      subject: z.string(),
      severity: z.string(),
      message: z.string(),
      remedy: z.string(),
      authorizationUrl: z.string().optional(),
      since: date,
      count: z.number(),
    }),
  ),
  warnings: z.array(z.string()),
});

/** How one account is doing, as the command knows it. */
export type WireAccount = z.infer<typeof wireAccountSchema>;
/** How everything is doing, as the command knows it. */
export type WireStatus = z.infer<typeof wireStatusSchema>;
