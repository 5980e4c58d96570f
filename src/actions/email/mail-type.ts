import { z } from 'zod';
import type { ComposedMail, RecipientStatus } from '../../core/mail.js';
import type { DocumentType } from '../../core/store.js';

const storedDate = z.iso.datetime().transform((text) => new Date(text));

const storedStatus = z
  .object({
    status: z.enum(['pending', 'accepted', 'deferred', 'rejected', 'bounced']),
    reply: z.string().optional(),
    at: storedDate.optional(),
  })
  .transform(
    ({ status, reply, at }): RecipientStatus => ({
      status,
      ...(reply === undefined ? {} : { reply }),
      ...(at ? { at } : {}),
    }),
  );

const stored = z
  .object({
    id: z.string().min(1),
    action: z.string(),
    account: z.string(),
    eventIds: z.array(z.string()),
    alertIds: z.array(z.string()),
    messageId: z.string(),
    serverMessageId: z.string().optional(),
    subject: z.string(),
    composedAt: storedDate,
    envelopeFrom: z.string(),
    recipients: z.record(z.string(), storedStatus),
    raw: z.string(),
  })
  .transform(
    ({ serverMessageId, ...mail }): ComposedMail => ({
      ...mail,
      ...(serverMessageId === undefined ? {} : { serverMessageId }),
    }),
  );

/** How the collection `mails` looks on disk. */
export const mailType: DocumentType<ComposedMail> = {
  version: 1,
  parse: (value) => stored.parse(value),
};
