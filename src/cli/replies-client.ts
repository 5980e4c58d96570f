import { z } from 'zod';
import { type ReplyDesk, replyVerdicts } from '../core/judged-reply.js';
import { replyRefusals } from '../core/reply-refusal.js';

const date = z.iso.datetime().transform((text) => new Date(text));
const judgedSchema = z.object({
  automatic: z.string().exactOptional(),
  reference: z.object({ mailId: z.string(), carrier: z.string().exactOptional() }).exactOptional(),
  subject: z.string().exactOptional(),
  sender: z.string().exactOptional(),
  evidence: z.string().exactOptional(),
  ownText: z.string().exactOptional(),
  firstLine: z.string().exactOptional(),
  command: z
    .object({
      kind: z.string(),
      numbers: z.union([z.array(z.number()), z.literal('all')]).exactOptional(),
      durationMs: z.number().exactOptional(),
      until: date.exactOptional(),
    })
    .exactOptional(),
  verdict: z.enum(replyVerdicts),
  reason: z.string(),
  kind: z.enum(replyRefusals).exactOptional(),
  alertIds: z.array(z.string()).exactOptional(),
  expiresAt: date.exactOptional(),
  question: z.string().exactOptional(),
});
const keptSchema = judgedSchema.extend({ readAt: date, outcome: z.string().exactOptional() });
const explainedSchema = judgedSchema.extend({
  unknown: z.array(z.string()),
  kept: keptSchema.pick({ readAt: true, verdict: true, reason: true, outcome: true }).exactOptional(),
});

/** The way to the control routes about replies. */
export interface RepliesWay {
  /** Asks a route with a body as it is, and answers its JSON. */
  send(path: string, body: Buffer<ArrayBuffer>): Promise<unknown>;
  /** Reads lines of JSON. */
  lines<T>(schema: z.ZodType<T>, path: string): AsyncIterable<T>;
}

/** What the owner of the data directory answers about replies. */
export function repliesClient({ send, lines }: RepliesWay): ReplyDesk {
  return {
    explain: async (source, alertCount) =>
      explainedSchema.parse(await send(`/replies/explain?alerts=${alertCount}`, Buffer.from(source))),
    list: (since) => lines(keptSchema, `/replies?since=${since.toISOString()}`),
  };
}
