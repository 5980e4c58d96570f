import type { HeaderFields } from '../header-fields.js';
import { findReference } from '../reference/find-reference.js';
import { type References, referenceLength } from '../reference/reference.js';

const reference = new RegExp(`<([a-z0-9]{${referenceLength}})(?:\\.root|\\.own)?@[^<>]*>`, 'gi');
const mostIds = 200;

/** The mail of ours that a report is about. */
export interface ReturnedMail {
  readonly mailId: string;
  /** Whether it was an answer of ours to a reply to that mail, and not the mail itself. */
  readonly isAnswer: boolean;
}

/**
 * Which mail came back, by the header that came with it: a verified reference is its Message-ID, or that which the
 * submission server put aside; where that server left neither, one of its References that the mail says it is.
 *
 * What somebody else wrote in the thread, and sent from our mailbox, is none of ours.
 */
export function returnedMail(fields: HeaderFields, references: References): ReturnedMail | undefined {
  const isAnswer = fields.values('auto-submitted').some((value) => /^auto-replied\b/i.test(value));
  const own = fields.values('x-ackmail-mail');
  const [mailId] = [
    ...verified(fields, references, 'message-id', 'x-microsoft-original-message-id'),
    ...verified(fields, references, 'references').filter((id) => own.includes(id)),
  ];
  return mailId === undefined ? undefined : { mailId, isAnswer };
}

/** The same by the header of the report itself, which may answer our mail as a reply does. */
export function reportedMail(fields: HeaderFields, references: References): ReturnedMail | undefined {
  const [answered] = verified(fields, references, 'in-reply-to');
  const mailId = answered ?? findReference(fields, references)?.mailId;
  const isAnswer = fields.values('in-reply-to').some((value) => /^<answer-/.test(value));
  return mailId === undefined ? undefined : { mailId, isAnswer };
}

/** The mails that verified references in these fields name, the last of each field first. */
function verified(fields: HeaderFields, references: References, ...names: string[]): readonly string[] {
  return names.flatMap((name) =>
    fields
      .values(name)
      .flatMap((value) => Array.from(value.replace(/\s+/g, '').matchAll(reference), ([, id = '']) => id))
      .slice(-mostIds)
      .reverse()
      .flatMap((id) => references.read(id) ?? []),
  );
}
