import type { Account } from '../../core/account.js';
import type { AlertEvent } from '../../core/alert.js';
import type { ComposedMail, MintReference } from '../../core/mail.js';

/** What makes a reply an acknowledgement; absent where replies are not read. */
export interface ReplyInvitation {
  readonly mint: MintReference;
  /** The watched mailbox. */
  readonly replyTo: string;
  /** How long a bare reply holds at most. */
  readonly expiresMs: number;
  /** Since when replies cannot be read; undefined while they can. */
  readonly unreadSince?: () => Date | undefined;
}

/** What a mail is made of, besides its contents. */
export interface MailPlan {
  readonly id: string;
  readonly action: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly account: Account;
  /** Oldest first. */
  readonly events: readonly [AlertEvent, ...AlertEvent[]];
  /** The mail that this one continues. */
  readonly thread?: ComposedMail | undefined;
  readonly invitation?: ReplyInvitation | undefined;
  readonly timeZone: string;
  readonly now: Date;
}
