import type { FetchMessageObject } from 'imapflow';
import type { Clock } from '../../core/clock.js';
import type { Reply } from '../../core/mail.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { ReadPosition } from './mailbox-position.js';
import type { MailboxTrouble } from './mailbox-trouble.js';
import type { NumberedMailbox } from './numbered-mailbox.js';
import { oneAhead } from './one-ahead.js';
import type { Positions } from './open-positions.js';
import { headersOf, sourcesOf } from './read-mailbox.js';
import type { RefusedMails } from './refused-mails.js';
import { replyPosition } from './reply-position.js';
import { createSaving } from './saving.js';
import { tellOfUnreadable } from './tell-of-unreadable.js';

/** Hands out mails of a mailbox, and saves its position when the consumer comes back for more. */
export type HandOut = (
  mailbox: NumberedMailbox,
  uids: readonly number[],
  positions: Positions,
) => AsyncGenerator<Reply, void, undefined>;

/** What handing out needs. */
export interface HandOutSetup {
  /** The name of the account. */
  readonly account: string;
  readonly refusedMails: RefusedMails;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly trouble: (thrown: unknown) => MailboxTrouble;
  /** Whether the source of a mail will be asked for, by its header. */
  readonly isWanted: (header: Buffer) => boolean;
}

/** Makes the function that hands out mails, one after another. */
export function createHandOut(setup: HandOutSetup): HandOut {
  const { account, refusedMails, systemErrors, clock, trouble, isWanted } = setup;

  return async function* handOut(mailbox, uids, positions) {
    const { name, uidValidity } = mailbox;
    const positionOf = (uid: number) => replyPosition.write(name, uidValidity, uid);
    const saving = createSaving<ReadPosition>(positions.put);
    try {
      for await (const { batch, sources } of oneAhead(batchesOf(mailbox, uids))) {
        const someWereRead = batch.some((found) => 'mail' in found);
        // All are counted before one of them ends the connection.
        const givenUp = batch.filter(
          (found) => 'refusal' in found && refusedMails.refused(positionOf(found.uid), someWereRead),
        );
        for (const found of batch) {
          if ('mail' in found) yield* handOutOne(mailbox, found.mail, sources.get(found.uid));
          else if (givenUp.includes(found)) {
            const { detail } = trouble(found.refusal).fault.facts;
            await tellOfUnreadable(systemErrors, account, positionOf(found.uid), String(detail));
          } else throw found.refusal;
          sources.delete(found.uid);
          saving.save({ mailbox: name, uidValidity, lastUid: found.uid });
        }
      }
    } finally {
      await saving.end();
    }
  };

  /** Mails with their headers, and the sources of those of them that will be asked for. */
  async function* batchesOf(mailbox: NumberedMailbox, uids: readonly number[]) {
    for await (const batch of headersOf(mailbox, uids)) {
      const wanted = batch.flatMap((found) =>
        'mail' in found && found.mail.headers && isWanted(found.mail.headers) ? [found.mail] : [],
      );
      yield { batch, sources: new Map(await sourcesOf(mailbox, wanted)) };
    }
  }

  async function* handOutOne(
    { client, name, uidValidity, run }: NumberedMailbox,
    mail: FetchMessageObject,
    fetched: Buffer | undefined,
  ): AsyncGenerator<Reply, void, undefined> {
    let newest = true;
    const { internalDate, headers: header = Buffer.alloc(0) } = mail;
    const isWhole = (source: Buffer) => source.length >= header.length;
    yield {
      place: { account, position: replyPosition.write(name, uidValidity, mail.uid) },
      header,
      receivedAt: internalDate instanceof Date ? internalDate : clock.now(),
      async source(maxLength) {
        if (!newest) throw new Error('Only the newest reply has its source.');
        if (fetched && isWhole(fetched)) return fetched.subarray(0, maxLength);
        try {
          const query = { source: { maxLength } };
          const found = await run(() => client.fetchOne(`${mail.uid}`, query, { uid: true }));
          if (found !== false && found.source && isWhole(found.source))
            return found.source.subarray(0, maxLength);
        } catch (thrown) {
          throw trouble(thrown).fault;
        }
        throw trouble(new Error('the mail was taken away while it was read, or is not handed out whole'))
          .fault;
      },
    };
    newest = false;
  }
}
