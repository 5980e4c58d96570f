import { z } from 'zod';
import type { ComposedMail } from '../../core/mail.js';
import type { DocumentType } from '../../core/store.js';

/** How far the mailed reports are: the one document of the collection `reports`. */
export interface ReportState {
  /** Until when they tell: the due date of the last one, or of the one before the first. */
  readonly until: Date;
  /** The one that is not with everybody yet, and from when it tells. */
  readonly open?: { readonly from: Date; readonly mail: ComposedMail };
}

/** Makes how that document looks on disk; `parseMail` reads a composed mail. */
export function reportStateType(parseMail: (value: unknown) => ComposedMail): DocumentType<ReportState> {
  const date = z.iso.datetime().transform((text) => new Date(text));
  const stored = z.object({
    until: date,
    open: z.object({ from: date, mail: z.unknown().transform(parseMail) }).exactOptional(),
  });
  return { version: 1, parse: (value) => stored.parse(value) };
}
