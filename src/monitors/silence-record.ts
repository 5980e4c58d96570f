import { z } from 'zod';
import type { RaisedAlert } from '../core/alert.js';
import type { DocumentType } from '../core/store.js';
import { texts } from './texts.js';

const date = z.iso.datetime().transform((text) => new Date(text));

const alert: z.ZodType<RaisedAlert> = z
  .object({
    fingerprint: z.string(),
    source: z.string(),
    labels: texts,
    annotations: texts,
    severity: z.string(),
    startsAt: date,
    url: z.string().optional(),
  })
  .transform(({ url, ...rest }) => ({ ...rest, ...(url === undefined ? {} : { url }) }));

const record = z.object({
  alert,
  silenceId: z.string(),
  /** When the silence ends in Alertmanager unless it is renewed. */
  endsAt: date,
  /** When the acknowledgement runs out; absent when it holds until resolved. */
  expiresAt: date.optional(),
  /** The sources of the acknowledgements that were applied, the newest last. */
  sources: z.array(z.string()),
  author: z.string(),
  comment: z.string(),
  /** Labels that an alert must not have to fall under the silence. */
  absent: z.array(z.string()),
  ended: z
    .object({
      why: z.enum(['resolved', 'fired-again', 'ran-out', 'taken-back', 'deleted']),
      at: date,
      /** The new firing, for `fired-again`. */
      next: alert.optional(),
    })
    .optional(),
  /** Since when its alert is resolved and that was raised: from here on a next firing is looked out for. */
  resolvedAt: date.optional(),
});

/**
 * A silence that the bridge holds for one alert, kept under the alert's id.
 *
 * With `ended` the silence is gone from Alertmanager, and what that means has yet to be raised. With
 * `resolvedAt` all was raised, and only a next firing is waited for.
 */
export type SilenceRecord = z.infer<typeof record>;

/** How a silence stands on disk. */
export const silenceRecordType: DocumentType<SilenceRecord> = {
  version: 1,
  parse: (value) => record.parse(value),
};
