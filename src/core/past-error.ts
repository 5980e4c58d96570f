import type { SystemError } from './system-error.js';

/** That a system error began to stand or ended, as the history tells. */
export interface PastError extends Pick<SystemError, 'severity' | 'subject' | 'message' | 'since' | 'count'> {
  readonly at: Date;
  readonly change: 'raised' | 'cleared';
  /** As it was called then; this version may not know it. */
  readonly code: string;
}
