import { z } from 'zod';
import type { Acknowledgement, AcknowledgeOutcome } from '../core/acknowledgement.js';
import type { ReplyPlace } from '../core/mail.js';
import type { DocumentType } from '../core/store.js';
import { commandKinds } from './command/read-command.js';
import type { Findings } from './judgement/judgement.js';
import { referenceCarriers } from './reference/find-reference.js';

/**
 * What became of one reply: the ledger.
 *
 * It stands under a key made of its Message-ID; as long as something is left to be done, under `open.` and the key.
 */
export interface ReplyRecord {
  readonly place: ReplyPlace;
  /** The mail that its reference names. */
  readonly mailId: string;
  readonly readAt: Date;
  /** `unreadable`: the reader failed. `bounce`: a mail server says what became of a mail of ours. */
  readonly verdict:
    | 'acknowledge'
    | 'unacknowledge'
    | 'comment'
    | 'question'
    | 'refused'
    | 'unreadable'
    | 'bounce';
  /** Why, in plain words. */
  readonly reason: string;
  readonly author?: string;
  /** The Message-ID of the reply, with its angle brackets. */
  readonly messageId?: string;
  /** It answers a mail that told its author what a reply came to. */
  readonly answersConfirmation?: boolean;
  /** Who has the reply by its To and Cc, in lower case. */
  readonly alsoTo?: readonly string[];
  /** What was found on the way to the verdict; absent for `unreadable`, and in records from before. */
  readonly findings?: Findings;
  /** What is to be taken into the monitor; absent for `question`, `refused` and `unreadable`. */
  readonly acknowledgement?: Acknowledgement;
  /** What the person is to be asked, for `question`. */
  readonly question?: { readonly text: string };
  /**
   * What the host did with it; absent as long as it is pending. `superseded`: a later reply on the same alerts was
   * taken first. `not-taken`: given up after 24 hours, and told. `asked`: its author is asked (`not-asked`, in records from
   * before: the question did not leave). `noted`: what a bounce says is on record.
   */
  readonly outcome?: AcknowledgeOutcome | 'superseded' | 'not-taken' | 'asked' | 'not-asked' | 'noted';
  /** How often the reader failed, for `unreadable`. */
  readonly failures?: number;
}

const date = z.iso.datetime().transform((text) => new Date(text));

const findings = z.object({
  automatic: z.string().exactOptional(),
  reference: z.object({ mailId: z.string(), carrier: z.enum(referenceCarriers) }).exactOptional(),
  sender: z.string().exactOptional(),
  evidence: z.string().exactOptional(),
  ownText: z.string().exactOptional(),
  firstLine: z.string().exactOptional(),
  command: z
    .object({
      kind: z.enum(commandKinds),
      numbers: z.union([z.array(z.number()), z.literal('all')]).exactOptional(),
      durationMs: z.number().exactOptional(),
      until: date.exactOptional(),
    })
    .exactOptional(),
});

const schema = z.object({
  place: z.object({ account: z.string(), position: z.string() }),
  mailId: z.string(),
  readAt: date,
  verdict: z.enum(['acknowledge', 'unacknowledge', 'comment', 'question', 'refused', 'unreadable', 'bounce']),
  reason: z.string(),
  author: z.string().exactOptional(),
  messageId: z.string().exactOptional(),
  answersConfirmation: z.boolean().exactOptional(),
  alsoTo: z.array(z.string()).exactOptional(),
  findings: findings.exactOptional(),
  acknowledgement: z
    .object({
      kind: z.enum(['acknowledge', 'unacknowledge', 'comment']),
      alertIds: z.array(z.string()),
      author: z.string(),
      comment: z.string(),
      at: date,
      expiresAt: date.exactOptional(),
      source: z.string(),
    })
    .exactOptional(),
  question: z.object({ text: z.string() }).exactOptional(),
  outcome: z
    .enum([
      ...['acknowledged', 'duplicate', 'already-acknowledged', 'gone'],
      ...['superseded', 'not-taken', 'asked', 'not-asked', 'noted'],
    ] as const)
    .exactOptional(),
  failures: z.number().int().exactOptional(),
});

/** How replies are kept. */
export const replyType: DocumentType<ReplyRecord> = {
  version: 1,
  parse: (value) => schema.parse(value),
};
