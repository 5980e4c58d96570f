import type { ComposedMail } from '../../core/mail.js';
import type { HeaderFields } from '../header-fields.js';
import type { References } from '../reference/reference.js';

/**
 * Whether `In-Reply-To` names a mail that is neither ours (also one that asked back) nor the one that the server made
 * of ours.
 */
export function answersAnotherReply(
  fields: HeaderFields,
  mail: ComposedMail,
  references: References,
): boolean {
  const ids = fields
    .values('in-reply-to')
    .flatMap((value) => Array.from(value.replace(/\s+/g, '').matchAll(/<([^<>]+)>/g), ([, id = '']) => id));
  const server = bareId(mail.serverMessageId ?? '');
  return (
    ids.length > 0 &&
    !ids.some(
      (id) =>
        references.read(id.split('@')[0]?.replace(/\.root$/i, '') ?? '') !== undefined ||
        id === bareId(mail.messageId) ||
        (/^answer-[a-z0-9]{1,60}@/.test(id) && domainOf(id) === domainOf(bareId(mail.messageId))) ||
        // Some servers tell the id without its domain.
        (server !== '' && (id === server || id.startsWith(`${server}@`))),
    )
  );
}

function domainOf(id: string): string {
  return id.slice(id.indexOf('@') + 1);
}

function bareId(messageId: string): string {
  return messageId.replace(/[<>\s]/g, '');
}
