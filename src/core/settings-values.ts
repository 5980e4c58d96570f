import { z } from 'zod';
import { formatDuration, parseDuration } from './duration.js';
import { labelPattern } from './label-pattern.js';
import { mailAddress } from './mail-address.js';

const longestText = '10 years';
const longestMs = 3_653 * 86_400_000;

/**
 * A duration of `least` to 10 years, by default of any length. One whose default is nothing may also be said to be
 * nothing.
 */
const duration = (standard: string, least = '0s') => {
  const leastMs = parseDuration(least) ?? 0;
  const mayBeNone = parseDuration(standard) === 0;
  const range = leastMs === 0 ? '' : ` of ${formatDuration(leastMs)} or more`;
  return z
    .string({ error: 'a duration with its unit, such as 30s, 15m, 4h or 2d' })
    .regex(/^(\d+[smhdw])+$/, {
      error: 'a duration with its unit, such as 30s, 15m, 4h or 2d',
      abort: true,
    })
    .refine((text) => (parseDuration(text) ?? Infinity) <= longestMs, {
      error: `a duration of ${longestText} or less`,
      abort: true,
    })
    .refine(
      (text) => {
        const durationMs = parseDuration(text) ?? 0;
        return durationMs >= leastMs || (mayBeNone && durationMs === 0);
      },
      { error: `a duration${range}` },
    )
    .default(standard)
    .transform((text) => parseDuration(text) ?? 0)
    .describe(`A duration with its unit: 30s, 15m, 4h, 2d. Default ${standard}.`);
};

const address = z.string().max(254).regex(mailAddress, 'a mail address such as alerts@example.com');

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a name of a-z, 0-9 and -, at most 40 characters');

const url = z.url({ protocol: /^https?$/, error: 'a URL beginning with https:// or http://' });

const secret = z
  .string()
  .min(1)
  .describe('The secret itself, or better where it stands: ${env:NAME} or ${file:PATH}.');

/** A URL that is told in faults, and so must not hold a login. */
const plainUrl = url.refine((text) => !/^https?:\/\/[^/]*@/.test(text), 'a URL without a login in it');

/** A secret that is sent in a header field; `fetch` says back what it cannot send. */
const headerSecret = secret.regex(
  /^[\t\x20-\x7e\x80-\xff]+$/,
  'the value of a header field: one line, no control characters',
);

const labelText = z.string().max(1_000).refine(isLabelText, 'a regular expression between slashes');

const senders = z.array(z.string().regex(/^(\*|[^\s@*]+)@[^\s@*]+$/, 'an address, or *@domain')).default([]);

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 07:00');

const timeZone = z.string().refine(isTimeZone, 'a time zone such as Europe/Berlin');

/** The kinds of values that stand in many places of the settings. */
export const settingsValues = {
  duration,
  address,
  name,
  url,
  plainUrl,
  secret,
  headerSecret,
  labelText,
  senders,
  timeOfDay,
  timeZone,
};

function isLabelText(text: string): boolean {
  try {
    labelPattern(text);
    return true;
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
