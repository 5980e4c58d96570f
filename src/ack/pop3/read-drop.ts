import type { Clock } from '../../core/clock.js';
import type { Reply } from '../../core/mail.js';
import type { SystemErrors } from '../../core/system-error.js';
import type { MailboxTrouble } from '../mailbox/mailbox-trouble.js';
import type { RefusedMails } from '../mailbox/refused-mails.js';
import { tellOfUnreadable } from '../mailbox/tell-of-unreadable.js';
import { arrivedAt } from './arrived-at.js';
import { headersOf } from './headers-of.js';
import type { Ledger } from './ledger.js';
import type { Pop3Session } from './open-pop3.js';
import type { DropMail } from './pop3-client.js';

/**
 * Hands out the mails that are not on record, the oldest first, and puts each on record when more is asked for; those of
 * strangers, which do no harm when they come again, with all that were asked for at once.
 */
export type ReadDrop = (
  session: Pop3Session,
  mails: readonly DropMail[],
  ledger: Ledger,
) => AsyncGenerator<Reply, void, undefined>;

/** What reading needs. */
export interface ReadDropSetup {
  /** The name of the account. */
  readonly account: string;
  readonly refusedMails: RefusedMails;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly trouble: (thrown: unknown) => MailboxTrouble;
  /** Whether a mail is ours, by its header: it may be removed one day. */
  readonly isOurs: (header: Buffer) => boolean;
}

const batchSize = 50;
/** The clocks of mail servers differ from ours. */
const skewMs = 5 * 60_000;

/** Makes the function that reads a maildrop. */
export function createReadDrop(setup: ReadDropSetup): ReadDrop {
  const { account, refusedMails, systemErrors, clock, trouble, isOurs } = setup;
  const positionOf = ({ uid }: DropMail) => `pop3:${uid}`;

  async function* handOut(
    session: Pop3Session,
    mail: DropMail,
    header: Buffer,
    receivedAt: Date,
  ): AsyncGenerator<Reply, void, undefined> {
    let newest = true;
    yield {
      place: { account, position: positionOf(mail) },
      header,
      receivedAt,
      async source(maxLength) {
        if (!newest) throw new Error('Only the newest reply has its source.');
        let source: Buffer;
        try {
          source = await session.retr(mail.number, maxLength);
        } catch (thrown) {
          throw trouble(thrown).fault;
        }
        // By that header it was judged so far.
        const common = Math.min(header.length, maxLength);
        if (source.length >= common && source.subarray(0, common).equals(header.subarray(0, common)))
          return source;
        throw trouble(new Error('the server hands out another mail than the one whose header it showed'))
          .fault;
      },
    };
    newest = false;
  }

  return async function* readDrop(session, mails, ledger) {
    const listedAt = clock.now();
    const { lookedAt, isKnown } = ledger.drop();
    // What is not on record came after the last look; a forged date must not make it older.
    const earliest = new Date(lookedAt.getTime() - skewMs);
    const receivedAt = (header: Buffer) => {
      const ms = arrivedAt(header)?.getTime() ?? clock.now().getTime();
      return new Date(Math.min(Math.max(ms, earliest.getTime()), clock.now().getTime()));
    };
    if (!isKnown) {
      const recent = new Set(await arrivedSince(session, mails, earliest));
      await ledger.begin(mails.filter((mail) => !recent.has(mail)));
    }
    const unknown = ledger.unknown(mails);
    for (let from = 0; from < unknown.length; from += batchSize) {
      const batch = await headersOf(session, unknown.slice(from, from + batchSize));
      const someWereRead = batch.some((found) => 'header' in found);
      // All are counted before one of them ends the session.
      const givenUp = batch.filter(
        (found) => 'refusal' in found && refusedMails.refused(positionOf(found.mail), someWereRead),
      );
      const strangers: DropMail[] = [];
      for (const found of batch) {
        const { mail } = found;
        if ('header' in found) {
          const at = receivedAt(found.header);
          yield* handOut(session, mail, found.header, at);
          if (isOurs(found.header)) ledger.note(mail, at);
          else strangers.push(mail);
        } else if (givenUp.includes(found)) {
          const { detail } = trouble(found.refusal).fault.facts;
          await tellOfUnreadable(systemErrors, account, positionOf(mail), String(detail));
          ledger.note(mail, undefined);
        } else throw found.refusal;
      }
      // Answers out of step may have shown the header of another, which comes out when a reply is fetched.
      for (const mail of strangers) ledger.note(mail, undefined);
    }
    await ledger.looked(mails, listedAt);
  };
}

/**
 * The mails that arrived since a moment, and those that do not say when.
 *
 * It looks from the end, at dozens of mails at once, until it meets only older ones: servers list mail as it comes in.
 */
async function arrivedSince(
  session: Pop3Session,
  mails: readonly DropMail[],
  since: Date,
): Promise<readonly DropMail[]> {
  const recent: DropMail[] = [];
  for (let to = mails.length; to > 0; to -= batchSize) {
    const batch = await headersOf(session, mails.slice(Math.max(0, to - batchSize), to));
    const found = batch.filter((each) => !('header' in each) || (arrivedAt(each.header) ?? since) >= since);
    if (found.length === 0) break;
    recent.push(...found.map(({ mail }) => mail));
  }
  return recent;
}
