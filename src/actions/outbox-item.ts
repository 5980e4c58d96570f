import { z } from 'zod';
import type { AlertEvent } from '../core/alert.js';
import type { DocumentType } from '../core/store.js';
import { storedAlert, storedDate } from './stored-alert.js';

/** One event that one action has to tell people of. */
export interface OutboxItem {
  readonly action: string;
  /** The event with its alert as it was when the event was put. */
  readonly event: AlertEvent;
  readonly firstDueAt: Date;
  /** 0 goes first; see `priorityOf`. */
  readonly priority: number;
}

const stored = z.object({
  action: z.string(),
  event: z.object({
    id: z.string(),
    kind: z.enum(['fired', 'repeated', 'resolved', 'acknowledged', 'unacknowledged']),
    at: storedDate,
    alert: storedAlert,
  }),
  firstDueAt: storedDate,
  priority: z.int(),
});

/** How the collection `outbox` looks on disk. */
export const outboxItemType: DocumentType<OutboxItem> = {
  version: 1,
  parse: (value) => stored.parse(value),
};
