import { z } from 'zod';
import { isFaultCode } from '../core/fault.js';
import type { DocumentType } from '../core/store.js';
import type { SystemError } from '../core/system-error.js';

/** A system error that stands. */
export interface StandingError {
  readonly error: SystemError;
  /** Whether those who are to know were told that it stands. */
  readonly announced: boolean;
}

/** The system errors that stand: the one document of the collection `system-errors`. */
export interface StandingErrors {
  readonly errors: readonly StandingError[];
}

const stored = z.object({
  errors: z.array(
    z.object({
      announced: z.boolean(),
      error: z.object({
        code: z.string(),
        subject: z.string(),
        severity: z.enum(['critical', 'warning']),
        message: z.string(),
        remedy: z.string(),
        authorizationUrl: z.string().optional(),
        since: z.iso.datetime().transform((text) => new Date(text)),
        count: z.int().min(1),
      }),
    }),
  ),
});

/** How the standing errors look on disk. An error whose code this version does not know is left out. */
export const standingErrorsType: DocumentType<StandingErrors> = {
  version: 1,
  parse: (value) => ({
    errors: stored.parse(value).errors.flatMap(({ announced, error }) => {
      const { code, authorizationUrl, ...rest } = error;
      if (!isFaultCode(code)) return [];
      return [
        {
          announced,
          error: { ...rest, code, ...(authorizationUrl === undefined ? {} : { authorizationUrl }) },
        },
      ];
    }),
  }),
};
