import { z } from 'zod';
import type { DocumentType } from '../../core/store.js';

/** How far an IMAP mailbox has been read (RFC 9051 section 2.3.1.1). */
export interface ReadPosition {
  /** The name of the IMAP mailbox; another one is read from its own beginning. */
  readonly mailbox: string;
  /** UIDVALIDITY, a number that JavaScript need not count with. */
  readonly uidValidity: string;
  /** The highest UID that is on record. */
  readonly lastUid: number;
}

/** A mailbox that we want to watch and could not open yet: since when its mail concerns us. */
export interface UnreadPosition {
  readonly mailbox: string;
  readonly since: Date;
}

/** Where reading goes on. */
export type MailboxPosition = ReadPosition | UnreadPosition;

const read = z.object({
  mailbox: z.string(),
  uidValidity: z.string().regex(/^\d{1,20}$/),
  lastUid: z.number().int().nonnegative(),
});
const unread = z.object({ mailbox: z.string(), since: z.coerce.date() });

/** How a position is kept, one document for each mailbox. */
export const positionType: DocumentType<MailboxPosition> = {
  version: 1,
  parse: (value) => z.union([read, unread]).parse(value),
};
