import type { ImapFlow, SearchObject } from 'imapflow';
import type { Clock } from '../../core/clock.js';
import { describe } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { Lane } from './lane.js';
import type { MailboxTrouble } from './mailbox-trouble.js';
import { doneKeyword, type MarkSettings } from './mark-done.js';
import { type NumberedMailbox, numberedMailbox } from './numbered-mailbox.js';
import { headersOf, isRefusal } from './read-mailbox.js';

/** Which mail is ours, and may be removed one day. */
export interface OwnMail {
  /** A reply that is on record as done with. */
  isDone(header: Buffer): Promise<boolean>;
  /** A mail that this installation sent. */
  isSent(header: Buffer): Promise<boolean>;
}

/** What is removed: mail of ours that is older than so many milliseconds. */
export interface CleaningRules {
  readonly olderThanMs: number;
  readonly ownMail: OwnMail;
}

/** Removes old mail of ours. */
export interface Cleaning {
  /** Does a piece of it where it is due; what is left of it is due at once. */
  step(client: ImapFlow, lane: Lane): Promise<void>;
  /** When there is something to do next. */
  nextStep(): Date;
}

/** What cleaning needs. */
export interface CleaningSetup {
  /** The name of the account, and the mailboxes that are read. */
  readonly account: string;
  readonly mailboxes: readonly string[];
  readonly settings: MarkSettings;
  readonly clean: CleaningRules;
  readonly clock: Clock;
  readonly log: Log;
  readonly trouble: (thrown: unknown) => MailboxTrouble;
}

interface Job {
  readonly mailbox: string;
  readonly query: SearchObject;
  readonly isOurs: (header: Buffer) => Promise<boolean>;
  /** What is left to look at. */
  uids?: readonly number[];
}

const dayMs = 86_400_000;
const pieceSize = 100;

/**
 * Makes what removes, once a day, the mail that is ours and old enough: replies that we marked done, and copies of
 * what we sent in the mailboxes that are read and in `Sent`.
 *
 * The server is asked for candidates; each is removed only where its header shows that it is ours, and by its UID (UID
 * EXPUNGE, RFC 4315): a plain EXPUNGE would take along what others have marked as deleted. Where the server has none,
 * nothing is removed, which is logged once.
 */
export function createCleaning(setup: CleaningSetup): Cleaning {
  const { account, mailboxes, settings, clock, log, trouble } = setup;
  const { olderThanMs, ownMail } = setup.clean;
  let begunMs = Number.NEGATIVE_INFINITY;
  let todo: readonly Job[] = [];
  let isTold = false;

  function jobs(): readonly Job[] {
    const before = new Date(clock.now().getTime() - olderThanMs);
    const sent = { before, header: { 'X-Ackmail-Mail': true } };
    const done = settings.done === 'keyword' ? mailboxes : [];
    return [
      ...(settings.done === 'move'
        ? [{ mailbox: settings.moveTo, query: { before }, isOurs: ownMail.isDone }]
        : []),
      ...done.map((mailbox) => ({
        ...{ mailbox, query: { before, keyword: doneKeyword }, isOurs: ownMail.isDone },
      })),
      ...[...new Set([...mailboxes, 'Sent'])].map((mailbox) => ({
        ...{ mailbox, query: sent, isOurs: ownMail.isSent },
      })),
    ];
  }

  async function remove(mailbox: NumberedMailbox, piece: readonly number[], job: Job): Promise<void> {
    const ours: number[] = [];
    for await (const batch of headersOf(mailbox, piece))
      for (const found of batch)
        if ('mail' in found && found.mail.headers && (await job.isOurs(found.mail.headers)))
          ours.push(found.uid);
    if (ours.length === 0) return;
    const removed = await mailbox.run(() => mailbox.client.messageDelete(ours.join(','), { uid: true }));
    const what = removed ? 'removed' : 'not removed: the server refuses';
    log.info({ account, mailbox: job.mailbox, mails: ours.length }, `Old mail of ours was ${what}.`);
  }

  async function work(client: ImapFlow, lane: Lane, job: Job): Promise<void> {
    const mailbox = await numberedMailbox(client, lane, job.mailbox);
    job.uids ??= (await mailbox.run(() => client.search(job.query, { uid: true }))) || [];
    const piece = job.uids.slice(0, pieceSize);
    job.uids = job.uids.slice(pieceSize);
    if (piece.length > 0) await remove(mailbox, piece, job);
  }

  return {
    async step(client, lane) {
      const nowMs = clock.now().getTime();
      if (todo.length === 0) {
        if (begunMs + dayMs > nowMs && begunMs <= nowMs) return;
        begunMs = nowMs;
        if (!client.capabilities.has('UIDPLUS')) {
          if (!isTold)
            log.warn({ account }, 'Old mail is not removed: the server has no UIDPLUS (RFC 4315).');
          isTold = true;
          return;
        }
        todo = jobs();
      }
      const [job, ...more] = todo;
      if (!job) return;
      try {
        await work(client, lane, job);
      } catch (thrown) {
        if (!client.usable) throw thrown;
        // A mailbox that is not there has nothing to remove.
        const { kind } = trouble(thrown);
        if (kind !== 'missing' && !isRefusal(thrown)) throw thrown;
        lane.paths.forget();
        if (kind !== 'missing')
          log.info({ account, mailbox: job.mailbox }, `Not cleaned: ${describe(thrown)}`);
        job.uids = [];
      }
      if (job.uids?.length === 0) todo = more;
    },
    nextStep: () => (todo.length > 0 ? clock.now() : new Date(begunMs + dayMs)),
  };
}
