import type { Collection } from '../core/store.js';
import { readHeaderFields } from './header-fields.js';
import type { OwnMail } from './mailbox/cleaning.js';
import { findReference } from './reference/find-reference.js';
import type { References } from './reference/reference.js';
import { replyKey } from './reply-key.js';
import type { ReplyRecord } from './reply-record.js';
import { oneSender } from './trust/sender-policy.js';

/** What telling our mail apart needs. */
export interface OwnMailSetup {
  readonly references: References;
  readonly replies: Pick<Collection<ReplyRecord>, 'get'>;
  /** The addresses that we send from. */
  readonly ownAddresses: readonly string[];
}

/** Makes what tells our mail apart: by a verified reference, and by the ledger or our own header field. */
export function createOwnMail({ references, replies, ownAddresses }: OwnMailSetup): OwnMail {
  const own = new Set(ownAddresses.map((address) => address.toLowerCase()));
  return {
    async isDone(header) {
      const fields = readHeaderFields(header);
      const reference = findReference(fields, references);
      const record = reference && (await replies.get(replyKey(fields, header)));
      // What was not taken, and what was asked back, is left where a person sees it.
      return (
        record?.acknowledgement !== undefined &&
        record.outcome !== undefined &&
        record.outcome !== 'not-taken' &&
        record.mailId === reference?.mailId
      );
    },
    async isSent(header) {
      const fields = readHeaderFields(header);
      const [id, ...more] = fields.values('x-ackmail-mail');
      const sender = oneSender(fields);
      if (id === undefined || more.length > 0 || sender === undefined || !own.has(sender)) return false;
      return findReference(fields, references)?.mailId === id.trim();
    },
  };
}
