import type { FetchMessageObject, ImapFlow } from 'imapflow';
import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { Mailbox, Reply } from '../../core/mail.js';
import type { Network } from '../../core/network.js';
import type { Collection } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { TokenSource } from '../../core/token.js';
import { withoutCredentials } from '../../core/without-credentials.js';
import { createBell } from '../bell.js';
import { createImapHealth } from './imap-health.js';
import { imapTrouble } from './imap-trouble.js';
import { createLane, type Lane } from './lane.js';
import { createLogIn } from './log-in.js';
import type { MailboxPosition } from './mailbox-position.js';
import { createMarkDone, type MarkSettings } from './mark-done.js';
import { type ImapLimits, openImap } from './open-imap.js';
import { beginReading, headersOf, newerThan } from './read-mailbox.js';
import { createRefusedMails } from './refused-mails.js';
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
}

/** A mailbox that is read over IMAP. */
export interface ImapMailbox extends Mailbox {
  state(): { readonly state: 'watching' | 'connecting' | 'stopped'; readonly detail?: string };
  /** Since when nothing can be read; undefined while it can, also when a new connection is just being made. */
  unreadSince(): Date | undefined;
  /** Tries to connect now instead of waiting: somebody has signed in. */
  wake(): void;
}

const defaults: ImapLimits = { connectMs: 30_000, silenceMs: 90_000, idleMs: 8 * 60_000 };

/**
 * Makes the mailbox of an account, read over IMAP (RFC 9051). Nothing is connected before `watch`.
 *
 * One connection at a time: log in, open, read the headers of what is new, hand out one mail after another, wait for
 * news, and again. When the connection ends, whatever the reason, a new one is made, with a fresh token. The UID of a
 * mail is on disk when the consumer asks for the next one, so a mail is handed out again until then.
 */
export function createImapMailbox(setup: ImapMailboxSetup): ImapMailbox {
  const { account, clock, log, positions } = setup;
  const { imap: server } = account;
  if (!server) throw new Error(`Account ${account.name} has no IMAP server.`);
  const limits = { ...defaults, ...setup.limits };
  const readOnly = setup.settings.done === 'ledger';
  const health = createImapHealth(account.name, setup.systemErrors, clock);
  const markDone = createMarkDone(setup.settings, account.name, log);
  const trouble = (thrown: unknown) => imapTrouble(thrown, account, setup.loginRemedy);
  const logIn = createLogIn({
    account,
    tokens: setup.tokens,
    clock,
    open: (credential, signal) =>
      openImap({ server, credential, readOnly, network: setup.network, limits, signal }),
    isRefusal: (thrown) => trouble(thrown).kind === 'login',
  });
  const refusedMails = createRefusedMails(clock);
  const closing = new AbortController();
  const retry = createBell(clock);
  let live: { readonly client: ImapFlow; readonly uidValidity: string; readonly lane: Lane } | undefined;
  let state: ReturnType<ImapMailbox['state']> = { state: 'stopped' };

  const temporary = (detail: string) =>
    new Fault('IMAP_TEMPORARY', { host: server.host, port: server.port, account: account.name, detail });

  /** Where reading goes on; on the very first start, what comes from now on, also before we can log in. */
  async function position(): Promise<MailboxPosition> {
    const mailbox = server?.mailbox ?? '';
    const stored = await positions.get(account.name);
    if (stored?.mailbox === mailbox) return stored;
    const first = { mailbox, since: clock.now() };
    await positions.put(account.name, first);
    return first;
  }

  /** Hands out mails, saving the position when the consumer comes back for more. */
  async function* handOut(
    client: ImapFlow,
    lane: Lane,
    uids: readonly number[],
    uidValidity: string,
  ): AsyncGenerator<Reply, void, undefined> {
    for await (const batch of headersOf(client, lane, uids)) {
      const someWereRead = batch.some((found) => 'mail' in found);
      // All are counted before one of them ends the connection.
      const givenUp = batch.filter(
        (found) => 'refusal' in found && refusedMails.refused(`${uidValidity}:${found.uid}`, someWereRead),
      );
      for (const found of batch) {
        if ('mail' in found) yield* handOutOne(client, lane, found.mail, uidValidity);
        else if (givenUp.includes(found)) await setAside(`${uidValidity}-${found.uid}`, found.refusal);
        else throw found.refusal;
        const mailbox = server?.mailbox ?? '';
        await positions.put(account.name, { mailbox, uidValidity, lastUid: found.uid });
      }
    }
  }

  async function* handOutOne(
    client: ImapFlow,
    lane: Lane,
    mail: FetchMessageObject,
    uidValidity: string,
  ): AsyncGenerator<Reply, void, undefined> {
    let newest = true;
    const { internalDate } = mail;
    yield {
      place: { account: account.name, position: `${uidValidity}:${mail.uid}` },
      header: mail.headers ?? Buffer.alloc(0),
      size: mail.size ?? 0,
      receivedAt: internalDate instanceof Date ? internalDate : clock.now(),
      async source(maxLength) {
        if (!newest) throw new Error('Only the newest reply has its source.');
        try {
          const query = { source: { maxLength } };
          const found = await lane.run(() => client.fetchOne(`${mail.uid}`, query, { uid: true }));
          if (found !== false && found.source !== undefined) return found.source.subarray(0, maxLength);
        } catch (thrown) {
          throw trouble(thrown).fault;
        }
        throw temporary('the mail was taken away while it was read');
      },
    };
    newest = false;
  }

  async function setAside(position: string, refusal: unknown): Promise<void> {
    const { detail } = trouble(refusal).fault.facts;
    const { code, message, remedy } = new Fault('ACK_UNREADABLE', {
      ...{ position, account: account.name, detail: String(detail) },
    });
    const subject = `${account.name}/${position}`;
    await setup.systemErrors.raise({ code, subject, severity: 'warning', message, remedy });
  }

  async function* readConnection(
    client: ImapFlow,
    signal: AbortSignal,
  ): AsyncGenerator<Reply, void, undefined> {
    const stored = await position();
    const lane = createLane();
    const beginning = await beginReading(client, lane, stored, clock.now());
    const { uidValidity } = beginning.position;
    live = { client, uidValidity, lane };
    state = { state: 'watching' };
    yield* handOut(client, lane, beginning.again, uidValidity);
    let { lastUid } = beginning.position;
    if (beginning.position !== stored) await positions.put(account.name, beginning.position);

    const news = waitForNews(client, lane, clock, {
      idleMs: limits.idleMs,
      pollMs: server?.pollMs ?? 60_000,
    });
    for (;;) {
      news.reset();
      const uids = await lane.run(() => newerThan(client, lastUid));
      yield* handOut(client, lane, uids, uidValidity);
      // Only now: a server that lets us in, and hands nothing out, is not well.
      await health.succeeded();
      lastUid = uids.at(-1) ?? lastUid;
      await news.wait(signal);
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
        await position();
        while (!ending.signal.aborted) {
          let client: ImapFlow | undefined;
          let waitMs: number;
          try {
            client = await logIn(ending.signal);
            yield* readConnection(client, ending.signal);
            continue;
          } catch (thrown) {
            if (ending.signal.aborted) return;
            const found = trouble(thrown);
            const { kind, fault } = found;
            waitMs = await health.failed(found);
            state = { state: 'connecting', detail: fault.message };
            log[waitMs === 0 ? 'debug' : 'info']({ account: account.name, kind, waitMs }, fault.message);
          } finally {
            live = undefined;
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
      const [uidValidity, uid] = place.position.split(':');
      if (!live) throw temporary('there is no connection now');
      // Numbered anew since: which mail it was can no longer be told.
      if (uidValidity !== live.uidValidity) return;
      const { client, lane } = live;
      try {
        await lane.run(() => markDone(client, Number(uid)));
      } catch (thrown) {
        throw trouble(thrown).fault;
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
