import type { HeaderFields } from '../header-fields.js';

/** Whether a mail answers one that told its author what a reply came to, by the id under which such an answer leaves. */
export function answersConfirmation(fields: HeaderFields): boolean {
  return fields.values('in-reply-to').some((value) => /<\s*answer-c[mh][a-z0-9]{1,60}@/.test(value));
}
