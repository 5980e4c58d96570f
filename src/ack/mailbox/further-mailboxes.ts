import type { ImapFlow, StatusObject } from 'imapflow';
import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { Reply } from '../../core/mail.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { Lane } from './lane.js';
import type { MailboxTrouble } from './mailbox-trouble.js';
import { isRefusal } from './read-mailbox.js';

/** The mailboxes that are read besides the first one, by the same connection: servers give an account few of them. */
export interface FurtherMailboxes {
  /** Looks into those that are due, and hands out what `lookInto` finds in those where something has changed. */
  look(
    client: ImapFlow,
    lane: Lane,
    lookInto: (mailbox: string) => AsyncGenerator<Reply, void, undefined>,
  ): AsyncGenerator<Reply, void, undefined>;
  /** When the next one is due; undefined where there is none. */
  nextLook(): Date | undefined;
}

/** What they need. */
export interface FurtherMailboxesSetup {
  readonly account: Account;
  readonly names: readonly string[];
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
  readonly trouble: (thrown: unknown) => MailboxTrouble;
}

interface Entry {
  readonly name: string;
  /** When it was looked into last. */
  lookedMs: number;
  /** What the server told of it when all in it had been read. */
  readAt?: string;
  failures: number;
}

const code = 'IMAP_MAILBOX_MISSING';
const patience = 3;

/**
 * Makes the further mailboxes of an account. Each is asked after by STATUS (RFC 9051 section 6.3.11) every `pollMs`,
 * and opened where that shows something new.
 *
 * One that is missing, or refused three times, is a system error of its own and never keeps the first mailbox from
 * being read: one that costs the connection is not looked into again before its time.
 */
export function createFurtherMailboxes(setup: FurtherMailboxesSetup): FurtherMailboxes {
  const { account, names, systemErrors, clock, log, trouble } = setup;
  const pollMs = account.imap?.pollMs ?? 60_000;
  const entries = names.map((name): Entry => ({ name, lookedMs: Number.NEGATIVE_INFINITY, failures: 0 }));
  const subjectOf = (name: string) => `${account.name}/${name}`;
  const isDue = ({ lookedMs }: Entry, nowMs: number) => lookedMs + pollMs <= nowMs || lookedMs > nowMs;
  let isStart = true;

  /** What stands for a mailbox that is not in the settings any more. */
  async function clearOthers(): Promise<void> {
    for (const error of systemErrors.list())
      if (error.code === code && error.subject.startsWith(subjectOf('')))
        if (!names.some((name) => error.subject === subjectOf(name)))
          await systemErrors.clear(code, error.subject);
  }

  async function failed(entry: Entry, thrown: unknown): Promise<void> {
    const { kind, fault } = trouble(thrown);
    entry.failures += 1;
    const reply = String(fault.facts['reply'] ?? fault.facts['detail'] ?? fault.message);
    log.info({ account: account.name, mailbox: entry.name }, `The mailbox was not read: ${reply}`);
    if (kind !== 'missing' && entry.failures < patience) return;
    const { message, remedy } = new Fault(code, { ...fault.facts, mailbox: entry.name, reply });
    await systemErrors.raise({ code, subject: subjectOf(entry.name), severity: 'warning', message, remedy });
  }

  return {
    async *look(client, lane, lookInto) {
      if (isStart) await clearOthers();
      isStart = false;
      for (const entry of entries) {
        const nowMs = clock.now().getTime();
        if (!isDue(entry, nowMs)) continue;
        entry.lookedMs = nowMs;
        try {
          const told = await lane.run(async () =>
            client.status(await lane.paths.of(entry.name), {
              messages: true,
              uidNext: true,
              uidValidity: true,
            }),
          );
          const now = told ? stateOf(told) : undefined;
          // A server that tells no UIDNEXT may have lost as many mails as have come.
          if (now === undefined || now !== entry.readAt) yield* lookInto(entry.name);
          if (now !== undefined) entry.readAt = now;
          entry.failures = 0;
          await systemErrors.clear(code, subjectOf(entry.name));
        } catch (thrown) {
          if (!client.usable || (trouble(thrown).kind !== 'missing' && !isRefusal(thrown))) throw thrown;
          lane.paths.forget();
          await failed(entry, thrown);
        }
      }
    },
    nextLook: () =>
      entries.length === 0
        ? undefined
        : new Date(Math.min(...entries.map(({ lookedMs }) => lookedMs)) + pollMs),
  };
}

function stateOf({ uidValidity, uidNext, messages }: StatusObject): string | undefined {
  return uidNext === undefined ? undefined : `${uidValidity}:${uidNext}:${messages}`;
}
