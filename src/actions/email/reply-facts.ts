import type { Account } from '../../core/account.js';
import type { FaultFacts } from '../../core/fault.js';
import type { ReplyRefusal } from '../../core/refusals/reply-refusal.js';

/** What a fault knows of a reply of the submission server: whose it is, and remedy, wait and subject of its meaning. */
export function replyFacts(account: Account, meaning?: ReplyRefusal): FaultFacts {
  const { remedy, pauseMs, about } = meaning ?? {};
  return {
    account: account.name,
    host: account.smtp?.host ?? '',
    port: account.smtp?.port ?? 0,
    user: account.user,
    mailbox: account.mailbox,
    ...(remedy === undefined ? {} : { remedy }),
    ...(pauseMs === undefined ? {} : { retryAfterMs: pauseMs }),
    ...(about === undefined ? {} : { about }),
  };
}
