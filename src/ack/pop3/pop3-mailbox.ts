import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import type { FaultCode } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { Reply, WatchedMailbox } from '../../core/mail.js';
import type { Network } from '../../core/network.js';
import type { Collection } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { TokenSource } from '../../core/token.js';
import { createBell } from '../bell.js';
import type { CleaningRules } from '../mailbox/cleaning.js';
import { createLogIn } from '../mailbox/log-in.js';
import { createMailboxHealth } from '../mailbox/mailbox-health.js';
import { createRefusedMails } from '../mailbox/refused-mails.js';
import { createDropCleaning } from './drop-cleaning.js';
import { type Ledger, openLedger } from './ledger.js';
import type { Maildrop } from './maildrop.js';
import { openPop3, type Pop3Session } from './open-pop3.js';
import type { Pop3Limits } from './pop3-connection.js';
import { pop3Trouble } from './pop3-trouble.js';
import { createReadDrop } from './read-drop.js';

/** What the mailbox needs. */
export interface Pop3MailboxSetup {
  readonly account: Account;
  readonly tokens: TokenSource;
  readonly network: Pick<Network, 'connect' | 'ca'>;
  /** What is known of maildrops, by the name of the account. */
  readonly maildrops: Collection<Maildrop>;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
  /** What an administrator does when the server refuses a login that the authorization server allowed. */
  readonly loginRemedy: string;
  readonly limits?: Partial<Pop3Limits>;
  /** Whether a mail is ours, by its header; unless told, each may be. */
  readonly isOurs?: (header: Buffer) => boolean;
  /** What is removed one day; absent where all is left for ever. */
  readonly clean?: CleaningRules;
}

const faultCodes: readonly FaultCode[] = [
  'POP3_LOGIN_REFUSED',
  'POP3_UNREACHABLE',
  'POP3_TLS',
  'POP3_TEMPORARY',
];
const defaults: Pop3Limits = { connectMs: 30_000, silenceMs: 90_000, answerMs: 5 * 60_000 };

/**
 * Makes the mailbox of an account, read over POP3 (RFC 1939). Nothing is connected before `watch`.
 *
 * A session holds the maildrop for itself and never sees what comes meanwhile, so each look is one of its own: log in, list
 * the mails by their unique-ids, read the headers of those that are not on record, hand them out, quit. All mail is left
 * where it is, and is marked by no session: our ledger knows what was read, and which replies were taken.
 */
export function createPop3Mailbox(setup: Pop3MailboxSetup): WatchedMailbox {
  const { account, clock, log, systemErrors, clean } = setup;
  const { pop3: server } = account;
  if (!server) throw new Error(`Account ${account.name} has no POP3 server.`);
  const limits = { ...defaults, ...setup.limits };
  const health = createMailboxHealth(account.name, faultCodes, systemErrors, clock);
  const trouble = (thrown: unknown) => pop3Trouble(thrown, account, setup.loginRemedy);
  const logIn = createLogIn<Pop3Session>({
    account,
    tokens: setup.tokens,
    clock,
    open: (credential, signal) => openPop3({ account, credential, network: setup.network, limits, signal }),
    isRefusal: (thrown) => trouble(thrown).kind === 'login',
  });
  const readDrop = createReadDrop({
    ...{ account: account.name, systemErrors, clock, trouble },
    refusedMails: createRefusedMails(clock),
    isOurs: setup.isOurs ?? (() => true),
  });
  const cleaning = clean && createDropCleaning({ account, clean, clock, log });
  const closing = new AbortController();
  const retry = createBell(clock);
  let ledger: Ledger | undefined;
  let begunAt: Date | undefined;
  let state: ReturnType<WatchedMailbox['state']> = { state: 'stopped' };

  async function* look(signal: AbortSignal): AsyncGenerator<Reply, number, undefined> {
    // A disk that is full at first must not make old mail of what comes until it is not.
    begunAt ??= clock.now();
    ledger ??= await openLedger(setup.maildrops, account.name, begunAt);
    const session = await logIn(signal);
    try {
      state = { state: 'watching' };
      const mails = await session.uidl();
      yield* readDrop(session, mails, ledger);
      const settle = await cleaning?.mark(session, mails, ledger);
      await session.quit();
      settle?.();
      await health.succeeded();
      // Some servers refuse who comes again too soon (RFC 2449 section 6.5).
      const delayS = Number.parseInt(session.capabilities.get('LOGIN-DELAY') ?? '0', 10) || 0;
      return Math.max(server?.pollMs ?? 0, Math.min(delayS, 3_600) * 1_000);
    } finally {
      session.close();
    }
  }

  return {
    async *watch(signal) {
      const ending = new AbortController();
      const end = () => ending.abort();
      signal.addEventListener('abort', end, { once: true });
      closing.signal.addEventListener('abort', end, { once: true });
      if (signal.aborted || closing.signal.aborted) end();
      try {
        state = { state: 'connecting' };
        while (!ending.signal.aborted) {
          let waitMs: number;
          try {
            waitMs = yield* look(ending.signal);
          } catch (thrown) {
            if (ending.signal.aborted) return;
            const found = trouble(thrown);
            const { kind, fault } = found;
            waitMs = await health.failed(found);
            state = { state: 'connecting', detail: fault.message };
            log[waitMs === 0 ? 'debug' : 'info']({ account: account.name, kind, waitMs }, fault.message);
          }
          await retry.wait(new Date(clock.now().getTime() + waitMs), ending.signal);
        }
      } finally {
        signal.removeEventListener('abort', end);
        closing.signal.removeEventListener('abort', end);
        state = { state: 'stopped' };
      }
    },
    // POP3 has nothing to mark a mail with; the ledger of replies knows.
    done: async () => {},
    state: () => state,
    unreadSince: () => health.failingSince(),
    wake: () => retry.ring(),
    async close() {
      closing.abort();
    },
  };
}
