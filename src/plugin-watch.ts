import { answerType } from './ack/answers/answer-record.js';
import { createEmailAcknowledgement, type EmailAcknowledgementSetup } from './ack/email-acknowledgement.js';
import { createImapMailbox } from './ack/mailbox/imap-mailbox.js';
import { positionType } from './ack/mailbox/mailbox-position.js';
import { createReplyDesk } from './ack/reply-desk.js';
import { replyType } from './ack/reply-record.js';
import type { Network } from './core/network.js';
import type { AcknowledgementSettings } from './core/settings.js';
import type { Store } from './core/store.js';
import type { TokenSource } from './core/token.js';
import type { Accounts } from './plugin-accounts.js';

/** Makes what reads the replies. */
export type CreateWatch = typeof createWatch;

/**
 * The watched mailbox and what becomes of its replies.
 *
 * A file of its own, since reading mail takes libraries that cost a quarter of a second and 30 MB: `register` loads
 * it only where replies are read.
 */
export function createWatch(
  deps: Pick<
    EmailAcknowledgementSetup,
    | 'mails'
    | 'references'
    | 'systemErrors'
    | 'history'
    | 'clock'
    | 'log'
    | 'acknowledge'
    | 'alert'
    | 'answerTransport'
    | 'firing'
    | 'threads'
    | 'nameOf'
    | 'timeZone'
  > & {
    readonly settings: AcknowledgementSettings;
    readonly account: string;
    readonly accounts: Accounts;
    readonly store: Store;
    readonly tokens: TokenSource;
    readonly network: Network;
  },
) {
  const { settings, account, accounts, store, tokens, network, systemErrors, history, clock, log } = deps;
  const mailbox = createImapMailbox({
    account: accounts.find(account),
    settings,
    positions: store.collection('mailboxes', positionType),
    loginRemedy: accounts.loginRemedy(account).imap,
    ...{ tokens, network, systemErrors, clock, log },
  });
  const { mails, references, acknowledge, alert, timeZone, answerTransport, firing, threads, nameOf } = deps;
  const replies = store.collection('replies', replyType);
  const ownAddresses = accounts.list.map(({ mailbox: address }) => address);
  return {
    mailbox,
    desk: createReplyDesk({ settings, timeZone, ownAddresses, references, alert, mails, replies, clock }),
    acknowledgement: createEmailAcknowledgement({
      ...{ account, settings, mailbox, mails, references, systemErrors, history },
      ...{ clock, log, acknowledge, alert, timeZone, answerTransport, firing, threads, nameOf },
      answers: store.collection('answers', answerType),
      ...{ replies, ownAddresses },
    }),
  };
}
