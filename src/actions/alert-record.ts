import { z } from 'zod';
import type { Alert } from '../core/alert.js';
import type { DocumentType } from '../core/store.js';
import { storedAlert, storedDate } from './stored-alert.js';

/** That an action told people of one event, and when. */
export interface Told {
  readonly action: string;
  readonly eventId: string;
  readonly at: Date;
}

/** What the pipeline keeps of one firing; the document's name is the alert's id. */
export interface AlertRecord {
  readonly alert: Alert;
  /** The latest moment at which the monitor is known to have seen it fire. */
  readonly lastSeenAt: Date;
  /** The ids of the latest events that are on disk for every action. */
  readonly accepted: readonly string[];
  /** What actions told of it: of each action the latest, oldest first. */
  readonly told: readonly Told[];
  /** When its acknowledgement last ended without the alert being resolved. */
  readonly acknowledgementEndedAt?: Date;
  /** When it was resolved, by our clock: it is kept for some days from then on. */
  readonly closedAt?: Date;
}

const stored = z
  .object({
    alert: storedAlert,
    lastSeenAt: storedDate,
    accepted: z.array(z.string()),
    told: z.array(z.object({ action: z.string(), eventId: z.string(), at: storedDate })),
    acknowledgementEndedAt: storedDate.optional(),
    closedAt: storedDate.optional(),
  })
  .transform(
    ({ acknowledgementEndedAt, closedAt, ...record }): AlertRecord => ({
      ...record,
      ...(acknowledgementEndedAt ? { acknowledgementEndedAt } : {}),
      ...(closedAt ? { closedAt } : {}),
    }),
  );

/** How the collection `alerts` looks on disk. */
export const alertType: DocumentType<AlertRecord> = {
  version: 1,
  parse: (value) => stored.parse(value),
};
