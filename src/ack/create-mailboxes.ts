import type { Account } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/host.js';
import type { WatchedMailbox } from '../core/mail.js';
import type { Network } from '../core/network.js';
import type { Provider } from '../core/provider.js';
import type { Store } from '../core/store.js';
import type { SystemErrors } from '../core/system-error.js';
import type { TokenSource } from '../core/token.js';
import { inMemory } from './in-memory.js';
import type { CleaningRules } from './mailbox/cleaning.js';
import { createImapMailbox } from './mailbox/imap-mailbox.js';
import { positionType } from './mailbox/mailbox-position.js';
import type { MarkSettings } from './mailbox/mark-done.js';
import { maildropType } from './pop3/maildrop.js';
import { createPop3Mailbox } from './pop3/pop3-mailbox.js';

/** What mailboxes need. */
export interface MailboxesSetup {
  readonly account: Account;
  readonly settings: MarkSettings;
  readonly store: Pick<Store, 'collection'>;
  readonly tokens: TokenSource;
  readonly network: Network;
  readonly clock: Clock;
  readonly log: Log;
  /** What an administrator does when a server refuses a login that the authorization server allowed. */
  readonly loginRemedy: Provider['loginRemedy'];
  /** Whether a mail carries a reference of ours, by its header. */
  readonly isOurs: (header: Buffer) => boolean;
}

/** What may differ between two mailboxes of one account. */
export interface MailboxChoice {
  readonly systemErrors: SystemErrors;
  /** What is removed one day; absent where all is left for ever. */
  readonly clean?: CleaningRules;
  /** Leaves nothing on disk of how far it has read. */
  readonly isPassing?: boolean;
}

/** Makes the function that makes mailboxes of an account, read by what the account has: IMAP or POP3. */
export function createMailboxes(setup: MailboxesSetup): (choice: MailboxChoice) => WatchedMailbox {
  const { account, settings, store, tokens, network, clock, log, loginRemedy, isOurs } = setup;
  const common = { account, tokens, network, clock, log };
  if (account.pop3) {
    const maildrops = store.collection('maildrops', maildropType);
    return ({ isPassing, ...choice }) =>
      createPop3Mailbox({
        ...{ ...common, ...choice, isOurs, loginRemedy: loginRemedy.pop3 },
        maildrops: isPassing ? inMemory() : maildrops,
      });
  }
  const positions = store.collection('mailboxes', positionType);
  return ({ isPassing, ...choice }) =>
    createImapMailbox({
      ...{ ...common, ...choice, settings, isWanted: isOurs, loginRemedy: loginRemedy.imap },
      positions: isPassing ? inMemory() : positions,
    });
}
