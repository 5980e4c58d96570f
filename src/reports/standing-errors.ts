import { z } from 'zod';
import { isFaultCode } from '../core/fault.js';
import type { DocumentType } from '../core/store.js';
import type { SystemError } from '../core/system-error.js';

/** A system error that stands, or that is cleared while those who are to know could not be told yet. */
export interface StandingError {
  readonly error: SystemError;
  /** When people were told of it last, and at which step; absent until they were told that it stands. */
  readonly told?: { readonly at: Date; readonly step?: string };
}

/** The system errors that stand: the one document of the collection `system-errors`. */
export interface StandingErrors {
  readonly errors: readonly StandingError[];
}

const date = z.iso.datetime().transform((text) => new Date(text));

const stored = z.object({
  errors: z.array(
    z.object({
      told: z.object({ at: date, step: z.string().exactOptional() }).exactOptional(),
      error: z.object({
        code: z.string(),
        subject: z.string(),
        severity: z.enum(['critical', 'warning']),
        message: z.string(),
        remedy: z.string(),
        authorizationUrl: z.string().exactOptional(),
        step: z.string().exactOptional(),
        since: date,
        count: z.int().min(1),
      }),
    }),
  ),
});

/** How the standing errors look on disk. An error whose code this version does not know is left out. */
export const standingErrorsType: DocumentType<StandingErrors> = {
  version: 1,
  parse: (value) => ({
    errors: stored.parse(value).errors.flatMap(({ error, ...rest }) => {
      const { code } = error;
      return isFaultCode(code) ? [{ ...rest, error: { ...error, code } }] : [];
    }),
  }),
};
