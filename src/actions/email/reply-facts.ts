import type { Account } from '../../core/account.js';
import type { FaultFacts } from '../../core/fault.js';
import type { RefusalMeaning } from '../../core/refusals/refusal-meaning.js';

/** What a fault knows of a reply of the submission server: whose it is, and the remedy and the wait of its meaning. */
export function replyFacts(account: Account, meaning?: RefusalMeaning): FaultFacts {
  const { remedy, pauseMs } = meaning ?? {};
  return {
    account: account.name,
    host: account.smtp?.host ?? '',
    port: account.smtp?.port ?? 0,
    user: account.user,
    mailbox: account.mailbox,
    ...(remedy === undefined ? {} : { remedy }),
    ...(pauseMs === undefined ? {} : { retryAfterMs: pauseMs }),
  };
}
