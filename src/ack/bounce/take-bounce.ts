import type { Clock } from '../../core/clock.js';
import { describe, Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail, RecipientStatus, Reply } from '../../core/mail.js';
import type { Collection, History } from '../../core/store.js';
import type { HeaderFields } from '../header-fields.js';
import type { References } from '../reference/reference.js';
import type { ReplyRecord } from '../reply-record.js';
import type { BouncedRecipients } from './bounced-recipients.js';
import { type Bounce, readBounce } from './read-bounce.js';
import { reportedMail } from './returned-mail.js';
import { sameRecipient } from './same-recipient.js';

// How a mail that came back becomes a failure of its recipient:
//
// 1. The header says that it is a report on delivery; only then the body is fetched.
// 2. No verified reference of this installation in it: next. It is a mail of others; nothing is marked or kept.
// 3. Who had the mail by our record, and is named as failed, is put on that record as bounced. Nobody else ever is: a
//    report can be forged, and then says at most of a real recipient that mail to them failed.
// 4. Where nobody is left who had it, the next step of escalation is due. Then people are told of the recipient.
// 5. The ledger has it, and the mail is marked done as a reply is. A crash before that repeats what is above, which
//    changes nothing more.
//
// It acknowledges nothing and nobody answers it.

/** What became of a mail that came back. */
export type NoteBounced = (
  mail: ComposedMail,
  recipients: Readonly<Record<string, RecipientStatus>>,
) => Promise<ComposedMail | undefined>;

/** What taking bounces needs. */
export interface TakeBounceSetup {
  /** The name of the account whose mailbox is read. */
  readonly account: string;
  readonly references: References;
  readonly mails: Pick<Collection<ComposedMail>, 'get'>;
  /** Puts on record that a mail came back, and answers it as it is then. */
  readonly bounced: NoteBounced;
  /** Nobody is left who had a mail about these alerts. */
  readonly unreached: (action: string, alertIds: readonly string[]) => Promise<void>;
  readonly people: Pick<BouncedRecipients, 'raise'>;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes a mail that `isBounce`; answers what the ledger keeps of it, undefined where it is none of ours. Throws a
 * `Fault` when the mailbox does not hand it out, three times at most.
 */
export type TakeBounce = (
  reply: Reply,
  fields: HeaderFields,
  key: string,
) => Promise<ReplyRecord | undefined>;

const longestSource = 262_144;
const mostFailures = 3;

/** Makes the function that takes bounces. */
export function createTakeBounce(setup: TakeBounceSetup): TakeBounce {
  const { account, references, mails, people, history, clock, log } = setup;
  const failures = new Map<string, number>();

  /** A text says why it cannot be read. */
  async function read(reply: Reply, fields: HeaderFields, key: string): Promise<Bounce | string | undefined> {
    try {
      return await readBounce(await reply.source(longestSource), fields, references);
    } catch (thrown) {
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      // Only the mailbox throws faults: opened again, it may do better.
      if (thrown instanceof Fault && count < mostFailures) throw thrown;
      return describe(thrown);
    }
  }

  /** Marks those whom the report names as failed; answers their names, and the mail as it is then. */
  async function mark(mail: ComposedMail, { recipients }: Bounce) {
    const failed = new Map<string, RecipientStatus>();
    for (const { addresses, action, reply } of recipients) {
      if (action !== 'failed') continue;
      for (const name of namesOf(mail, addresses)) {
        const status = mail.recipients[name]?.status;
        // Whom it did not leave for yet is still tried, whatever a report says.
        if (status === 'accepted' || status === 'bounced')
          failed.set(name, {
            status: 'bounced',
            reply: reply || 'the server did not say why',
            at: clock.now(),
          });
      }
    }
    const names = [...failed.keys()];
    const after = names.length > 0 ? await setup.bounced(mail, Object.fromEntries(failed)) : undefined;
    return { names, after: after ?? mail };
  }

  return async (reply, fields, key) => {
    const bounce = await read(reply, fields, key);
    const { mailId } = (typeof bounce === 'string' ? reportedMail(fields, references) : bounce) ?? {};
    if (!bounce || mailId === undefined) return undefined;
    const about = { place: reply.place, mailId, readAt: clock.now() };
    const record = (reason: string): ReplyRecord => ({
      ...about,
      verdict: 'bounce',
      reason,
      outcome: 'noted',
    });
    const refused = (reason: string): ReplyRecord => ({ ...about, verdict: 'refused', reason });
    if (typeof bounce === 'string') return refused(`it cannot be read: ${bounce}`);
    const mail = await mails.get(mailId);
    if (!mail) return refused('its mail is no longer on record');
    if (bounce.isAnswer) return record('an answer of ours to a reply did not arrive');

    const note = async (kind: string, facts: Readonly<Record<string, readonly string[] | string>>) => {
      const of = { account, action: mail.action, mail: mail.id, subject: mail.subject };
      await history.append({
        at: clock.now(),
        kind,
        ...of,
        alertIds: mail.alertIds,
        ...facts,
        replyKey: key,
      });
    };
    const { names, after } = await mark(mail, bounce);
    if (names.length > 0) {
      const isLost = Object.values(after.recipients).every(
        ({ status }) => status === 'bounced' || status === 'rejected',
      );
      if (isLost) await setup.unreached(mail.action, mail.alertIds);
      const replyOf = (name: string) => after.recipients[name]?.reply ?? '';
      for (const name of names) await people.raise(name, { reply: replyOf(name), mail, isLost });
      const said = names.map((name) => `${name}: ${replyOf(name)}`).join('; ');
      await note('bounced', { missed: names, detail: said });
      log.warn({ mail: mail.id, recipients: names }, 'A mail came back.');
      return record(`mail to ${names.join(', ')} came back`);
    }
    const delayed = bounce.recipients
      .filter(({ action }) => action === 'delayed')
      .flatMap(({ addresses }) => namesOf(mail, addresses));
    if (delayed.length === 0) {
      const isFailure = bounce.recipients.some(({ action }) => action === 'failed');
      if (!isFailure) return record('it tells of no failure');
      return refused('it names nobody who had that mail');
    }
    await note('delayed', { deferred: delayed });
    return record(`mail to ${delayed.join(', ')} is delayed; the server goes on trying`);
  };
}

/** The recipients on record that an address of a report means. */
function namesOf(mail: ComposedMail, addresses: readonly string[]): readonly string[] {
  return Object.keys(mail.recipients).filter((name) =>
    addresses.some((address) => sameRecipient(address, name)),
  );
}
