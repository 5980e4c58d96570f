import type { HeaderFields } from '../header-fields.js';

/**
 * Whether the header is that of a mail server that says what became of a mail: a report on delivery (RFC 3464), or the
 * free text of Exim, which names the recipients in `X-Failed-Recipients`.
 *
 * A report has a null return path (RFC 3464 section 2), so what has another one is none; it is there only where the
 * last server notes it.
 */
export function isBounce(header: HeaderFields): boolean {
  if (header.values('return-path').some((value) => !/^<\s*>/.test(value))) return false;
  const [type = '', ...more] = header.values('content-type').map((value) => value.slice(0, 1_000));
  if (more.length > 0) return false;
  if (/^multipart\/report\b/i.test(type))
    return /;\s*report-type\s*=\s*"?(delivery-status|global-delivery-status)"?\s*(;|$)/i.test(type);
  return header.values('x-failed-recipients').length > 0 && header.values('from').some(isMailSystem);
}

function isMailSystem(from: string): boolean {
  return /(^|<)\s*(mailer-daemon|postmaster)@/i.test(from.slice(0, 1_000));
}
