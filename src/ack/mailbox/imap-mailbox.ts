import type { ImapFlow } from 'imapflow';
import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault, type FaultCode } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { Reply, WatchedMailbox } from '../../core/mail.js';
import type { Network } from '../../core/network.js';
import type { Collection } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { TokenSource } from '../../core/token.js';
import { withoutCredentials } from '../../core/without-credentials.js';
import { createBell } from '../bell.js';
import { begunAnew } from './begun-anew.js';
import { type CleaningRules, createCleaning } from './cleaning.js';
import { createFurtherMailboxes } from './further-mailboxes.js';
import { createHandOut } from './hand-out.js';
import { imapTrouble } from './imap-trouble.js';
import { createLane, type Lane } from './lane.js';
import { createLogIn } from './log-in.js';
import { createMailboxHealth } from './mailbox-health.js';
import type { MailboxPosition } from './mailbox-position.js';
import { createMarkDone, type MarkSettings } from './mark-done.js';
import { createMarks, type Marks } from './marks.js';
import { numberedMailbox } from './numbered-mailbox.js';
import { type ImapLimits, openImap } from './open-imap.js';
import { openPositions, type Positions } from './open-positions.js';
import { beginReading, newerThan } from './read-mailbox.js';
import { createRefusedMails } from './refused-mails.js';
import { replyPosition } from './reply-position.js';
import { waitForNews } from './wait-for-news.js';

/** What the mailbox needs. */
export interface ImapMailboxSetup {
  readonly account: Account;
  readonly settings: MarkSettings;
  readonly tokens: TokenSource;
  readonly network: Pick<Network, 'proxyFor' | 'ca'>;
  /** How far mailboxes have been read, by the name of the account. */
  readonly positions: Collection<MailboxPosition>;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
  /** What an administrator does when the server refuses a login that the authorization server allowed. */
  readonly loginRemedy: string;
  readonly limits?: Partial<ImapLimits>;
  /** Whether the source of a mail will be asked for, by its header: such sources are fetched together. */
  readonly isWanted?: (header: Buffer) => boolean;
  /** What is removed one day; absent where all is left for ever. */
  readonly clean?: CleaningRules;
}

const faultCodes: readonly FaultCode[] = [
  'IMAP_LOGIN_REFUSED',
  'IMAP_MAILBOX_MISSING',
  'IMAP_UNREACHABLE',
  'IMAP_TLS',
  'IMAP_TEMPORARY',
];
const defaults: ImapLimits = { connectMs: 30_000, silenceMs: 90_000, taskMs: 5 * 60_000, idleMs: 8 * 60_000 };

/**
 * Makes the mailbox of an account, read over IMAP (RFC 9051). Nothing is connected before `watch`.
 *
 * One connection at a time: log in, open, read the headers of what is new, hand out one mail after another, look into
 * the further mailboxes where that is due, wait for news of the first one, and again. When the connection ends, whatever
 * the reason, a new one is made, with a fresh token. The UID of a mail is on disk when the consumer asks for the next
 * one, so a mail is handed out again until then.
 */
export function createImapMailbox(setup: ImapMailboxSetup): WatchedMailbox {
  const { account, clock, log, systemErrors } = setup;
  const { imap: server } = account;
  if (!server) throw new Error(`Account ${account.name} has no IMAP server.`);
  const { mailbox: first, others = [] } = server;
  const limits = { ...defaults, ...setup.limits };
  const { settings, clean } = setup;
  const readOnly = settings.done === 'ledger' && clean === undefined;
  const health = createMailboxHealth(account.name, faultCodes, systemErrors, clock);
  const markDone = createMarkDone(settings, account.name, log);
  const trouble = (thrown: unknown) => imapTrouble(thrown, account, setup.loginRemedy);
  const logIn = createLogIn({
    account,
    tokens: setup.tokens,
    clock,
    open: (credential, signal) =>
      openImap({ server, credential, readOnly, network: setup.network, limits, signal }),
    isRefusal: (thrown) => trouble(thrown).kind === 'login',
  });
  const handOut = createHandOut({
    ...{ account: account.name, systemErrors, clock, trouble },
    refusedMails: createRefusedMails(clock),
    isWanted: setup.isWanted ?? (() => false),
  });
  const further = createFurtherMailboxes({ account, names: others, systemErrors, clock, log, trouble });
  const mailboxes = [first, ...others];
  const cleaning =
    clean && createCleaning({ account: account.name, mailboxes, settings, clean, clock, log, trouble });
  const closing = new AbortController();
  const retry = createBell(clock);
  let positions: Positions | undefined;
  let begunAt: Date | undefined;
  let marks: Marks | undefined;
  let state: ReturnType<WatchedMailbox['state']> = { state: 'stopped' };

  const temporary = (detail: string) =>
    new Fault('IMAP_TEMPORARY', { host: server.host, port: server.port, account: account.name, detail });

  /** Hands out what is new in one mailbox. */
  async function* lookInto(
    client: ImapFlow,
    lane: Lane,
    name: string,
    known: Positions,
  ): AsyncGenerator<Reply, void, undefined> {
    const mailbox = await numberedMailbox(client, lane, name);
    const stored = known.of(name);
    const { position, again } = await beginReading(mailbox, stored, clock.now());
    yield* handOut(mailbox, again, known);
    if (position !== stored) await known.put(position);
    yield* handOut(mailbox, await newerThan(mailbox, position.lastUid), known);
  }

  async function* readConnection(
    client: ImapFlow,
    known: Positions,
    signal: AbortSignal,
  ): AsyncGenerator<Reply, void, undefined> {
    const lane = createLane(client, first, readOnly, limits.taskMs);
    marks = createMarks(client, lane, markDone);
    state = { state: 'watching' };
    const pollMs = server?.pollMs ?? 60_000;
    const news = waitForNews(client, lane, first, clock, { idleMs: limits.idleMs, pollMs });
    let openedAt = clock.now();
    const opened = async () => begunAnew(await numberedMailbox(client, lane, first), known);
    await opened();
    for (;;) {
      news.reset();
      // Renamed away and made again it is another mailbox, and this connection would never be told of its mail.
      if (clock.now().getTime() - openedAt.getTime() >= limits.idleMs) {
        openedAt = clock.now();
        await lane.reopen(first);
        await opened();
      }
      yield* lookInto(client, lane, first, known);
      // Only now: a server that lets us in, and hands nothing out, is not well.
      await health.succeeded();
      yield* further.look(client, lane, (name) => lookInto(client, lane, name, known));
      await cleaning?.step(client, lane);
      await news.wait(signal, soonest(further.nextLook(), cleaning?.nextStep()));
      if (signal.aborted) return;
      if (client.isClosed)
        throw temporary(withoutCredentials(client.byeReason ?? 'the connection was lost', account));
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
        // A disk that is full at first must not make old mail of what comes until it is not.
        begunAt ??= clock.now();
        positions ??= await openPositions(setup.positions, account.name, mailboxes, begunAt);
        while (!ending.signal.aborted) {
          let client: ImapFlow | undefined;
          let waitMs: number;
          try {
            client = await logIn(ending.signal);
            yield* readConnection(client, positions, ending.signal);
            continue;
          } catch (thrown) {
            if (ending.signal.aborted) return;
            const found = trouble(thrown);
            const { kind, fault } = found;
            waitMs = await health.failed(found);
            state = { state: 'connecting', detail: fault.message };
            log[waitMs === 0 ? 'debug' : 'info']({ account: account.name, kind, waitMs }, fault.message);
          } finally {
            marks = undefined;
            client?.close();
          }
          await retry.wait(new Date(clock.now().getTime() + waitMs), ending.signal);
        }
      } finally {
        signal.removeEventListener('abort', end);
        closing.signal.removeEventListener('abort', end);
        state = { state: 'stopped' };
      }
    },

    async done(place) {
      const position = replyPosition.read(place.position);
      if (!marks) throw temporary('there is no connection now');
      if (!position) return;
      try {
        await marks(position.mailbox ?? first, position.uidValidity, position.uid);
      } catch (thrown) {
        const { kind, fault } = trouble(thrown);
        // The mail went with its mailbox.
        if (kind !== 'missing') throw fault;
      }
    },

    async close() {
      closing.abort();
    },
    state: () => state,
    unreadSince: health.failingSince,
    wake: retry.ring,
  };
}

function soonest(...dates: readonly (Date | undefined)[]): Date | undefined {
  const times = dates.flatMap((date) => date?.getTime() ?? []);
  return times.length > 0 ? new Date(Math.min(...times)) : undefined;
}
