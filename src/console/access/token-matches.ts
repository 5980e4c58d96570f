import { timingSafeEqual } from 'node:crypto';

/** Whether a form carries the token of a session, in a time that does not tell how much of it is right. */
export function tokenMatches(form: URLSearchParams, wanted: string): boolean {
  const given = Buffer.from(form.get('token') ?? '');
  const expected = Buffer.from(wanted);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
