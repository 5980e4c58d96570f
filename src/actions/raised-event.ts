import { z } from 'zod';
import type { AlertOwner, RaisedAlert, RaisedEvent } from '../core/alert.js';
import { Fault } from '../core/fault.js';

const longestValue = 64 * 1024;
const longestText = 1024 * 1024;
const longestName = 1_000;
const mostTexts = 1_000;

const isoDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

const noDate = 'must be a date in ISO 8601 with its zone, such as 2026-03-01T03:00:00Z';

const moment = z.union(
  [
    z.date(),
    z
      .string()
      .max(64)
      .regex(isoDate)
      .transform((text) => new Date(text))
      .refine((date) => !Number.isNaN(date.getTime()), noDate),
  ],
  { error: noDate },
);

const identifier = z
  .string({ error: 'must be a text' })
  .min(1, 'must not be empty')
  .max(longestName, `must have at most ${longestName} characters`);

const text = z.union([z.string(), z.number(), z.boolean()], { error: 'must be a text' }).transform(String);

const texts = z
  .preprocess(firstOnes, z.record(z.string(), text, { error: 'must be an object of texts' }))
  .default({});

const owner = z
  .object({
    author: identifier,
    comment: z.string().default(''),
    at: moment,
    expiresAt: moment.optional(),
  })
  .transform(
    ({ expiresAt, comment, ...rest }): AlertOwner => ({
      ...rest,
      comment: cut(comment, longestValue),
      ...(expiresAt ? { expiresAt } : {}),
    }),
  );

const alert = z
  .object(
    {
      fingerprint: identifier,
      source: identifier,
      labels: texts,
      annotations: texts,
      severity: z.string({ error: 'must be a text' }).optional(),
      startsAt: moment,
      endsAt: moment.nullish(),
      url: z.unknown().optional(),
    },
    { error: 'must be an object' },
  )
  .transform(({ labels, annotations, severity, endsAt, url, ...rest }): RaisedAlert => {
    const budget = { left: longestText };
    const link = webLink(url);
    return {
      labels: withinBudget(labels, budget),
      annotations: withinBudget(annotations, budget),
      severity: cut((severity || labels['severity'] || 'unknown').trim().toLowerCase(), 100),
      // Monitors write the year 1 where they know no end.
      ...(endsAt && endsAt >= rest.startsAt ? { endsAt } : {}),
      ...(link === undefined ? {} : { url: link }),
      ...rest,
    };
  });

const event = z
  .object(
    {
      id: identifier,
      kind: z.enum(['fired', 'repeated', 'resolved', 'acknowledged', 'unacknowledged'], {
        error: 'must be fired, repeated, resolved, acknowledged or unacknowledged',
      }),
      at: moment,
      alert,
      owner: owner.nullish(),
    },
    { error: 'must be an object' },
  )
  .transform(
    ({ owner: by, ...rest }): RaisedEvent => ({
      ...rest,
      ...(by ? { owner: by } : {}),
    }),
  );

const events = z.array(event);

/**
 * Checks what a host raises, one event or several, and brings it into its form: ISO 8601 becomes dates, the
 * severity lower case (the label `severity` where it is left out), numbers and booleans text.
 *
 * What is too much is cut and not refused, since a long alert is still an alert: a value at 64 kB, all text
 * of an alert at 1 MB, labels and annotations after 1,000 each. A `url` that is not http or https is left
 * out. Throws HOST_EVENT_INVALID, naming the field, when something an alert cannot do without is missing;
 * then nothing of the call is accepted.
 */
export function parseRaisedEvents(raised: unknown): readonly RaisedEvent[] {
  const parsed = events.safeParse(Array.isArray(raised) ? raised : [raised]);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [place = 0, ...field] = issue?.path ?? [];
  const name = cut([`event ${Number(place) + 1}`, field.join('.')].filter(Boolean).join(', '), 200);
  throw new Fault('HOST_EVENT_INVALID', { detail: `${name}: ${issue?.message ?? 'is not valid'}` });
}

function firstOnes(value: unknown): unknown {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).slice(0, mostTexts));
}

function withinBudget(
  values: Readonly<Record<string, string>>,
  budget: { left: number },
): Readonly<Record<string, string>> {
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(values)) {
    const keptName = cut(name, longestName);
    const keptValue = cut(value, Math.min(longestValue, budget.left - keptName.length));
    budget.left -= keptName.length + keptValue.length;
    if (budget.left <= 0) break;
    kept.push([keptName, keptValue]);
  }
  return Object.fromEntries(kept);
}

/** The text, or its beginning with an ellipsis; never half a character. */
function cut(value: string, longest: number): string {
  if (value.length <= longest) return value;
  const end = Math.max(0, longest - 1);
  const splits = /[\uD800-\uDBFF]/.test(value.charAt(end - 1));
  return `${value.slice(0, splits ? end - 1 : end)}…`;
}

function webLink(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 8_000 || !URL.canParse(value)) return undefined;
  const { protocol, href } = new URL(value);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}
