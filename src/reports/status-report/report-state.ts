import { z } from 'zod';
import type { ComposedMail } from '../../core/mail.js';
import type { DocumentType } from '../../core/store.js';

/** How far the mailed reports are: the one document of the collection `reports`. */
export interface ReportState {
  /** Until when they tell: the due date of the last one, or of the one before the first. */
  readonly until: Date;
  /** The one that is not with everybody yet, and from when it tells. */
  readonly open?: { readonly from: Date; readonly mail: ComposedMail };
  /** One that leaves no more, until what became of it is in the history; `reason` where something ended it. */
  readonly over?: { readonly mail: ComposedMail; readonly reason?: string };
}

/** Makes how that document looks on disk; `parseMail` reads a composed mail. */
export function reportStateType(parseMail: (value: unknown) => ComposedMail): DocumentType<ReportState> {
  const date = z.iso.datetime().transform((text) => new Date(text));
  const mail = z.unknown().transform(parseMail);
  const stored = z.object({
    until: date,
    open: z.object({ from: date, mail }).exactOptional(),
    over: z.object({ mail, reason: z.string().exactOptional() }).exactOptional(),
  });
  return { version: 1, parse: (value) => stored.parse(value) };
}
