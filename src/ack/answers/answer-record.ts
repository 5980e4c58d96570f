import { z } from 'zod';
import type { RecipientStatus } from '../../core/mail.js';
import type { DocumentType } from '../../core/store.js';

/** What answers are about: a question back, what a reply came to, the news for the others, a try of a stranger. */
export const answerKinds = ['question', 'confirmation', 'news', 'stranger'] as const;

/**
 * One mail that answers replies, and how far it got with each recipient.
 *
 * It stands under its id; as long as it has not left, under `open.` and its id.
 */
export interface AnswerRecord {
  readonly kind: (typeof answerKinds)[number];
  /** The mail in whose thread it stands, and the account that sent that. */
  readonly mailId: string;
  readonly account: string;
  /** The subject of that mail. */
  readonly subject: string;
  readonly at: Date;
  /** The Message-ID of the reply, where its author is told. */
  readonly inReplyTo?: string;
  /** What it says, by what each part was put as: what waits for the same people becomes one mail. */
  readonly texts: Readonly<Record<string, string>>;
  /** The alerts that it tells of; absent where it tells of none. */
  readonly alertIds?: readonly string[];
  /** How many parts more there were than it says. */
  readonly more?: number;
  readonly recipients: Readonly<Record<string, RecipientStatus>>;
}

const date = z.iso.datetime().transform((text) => new Date(text));

const schema = z.object({
  kind: z.enum(answerKinds),
  mailId: z.string(),
  account: z.string(),
  subject: z.string(),
  at: date,
  inReplyTo: z.string().exactOptional(),
  texts: z.record(z.string(), z.string()),
  alertIds: z.array(z.string()).exactOptional(),
  more: z.number().int().exactOptional(),
  recipients: z.record(
    z.string(),
    z.object({
      status: z.enum(['pending', 'accepted', 'deferred', 'rejected']),
      reply: z.string().exactOptional(),
      at: date.exactOptional(),
    }),
  ),
});

/** How answers are kept. */
export const answerType: DocumentType<AnswerRecord> = {
  version: 1,
  parse: (value) => schema.parse(value),
};
