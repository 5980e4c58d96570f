import type { HeaderFields } from '../header-fields.js';

/**
 * When a mail arrived that lies in a file: what its topmost `Received` field says (RFC 5321 section 4.4), else its
 * `Date`; `now` where neither tells, or it lies ahead.
 */
export function arrivalOf(fields: HeaderFields, now: Date): Date {
  const [received = ''] = fields.values('received');
  const [date = ''] = fields.values('date');
  const stamped = received.slice(received.lastIndexOf(';') + 1);
  const found = [stamped, date]
    .map((text) =>
      Date.parse(
        text
          .slice(0, 200)
          .replace(/\([^()]*\)/g, ' ')
          .trim(),
      ),
    )
    .find((ms) => !Number.isNaN(ms) && ms > 0 && ms <= now.getTime());
  return found === undefined ? now : new Date(found);
}
