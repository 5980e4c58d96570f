import type { AlertEvent } from '../../core/alert.js';
import type { Clock } from '../../core/clock.js';
import type { ComposedMail, RecipientStatus } from '../../core/mail.js';
import type { Collection } from '../../core/store.js';
import { shortHash } from '../short-hash.js';
import { createTurns } from '../turns.js';

/** Where the mail that tells of an event belongs. */
export interface Place {
  readonly id: string;
  /** The mail, where it was composed. */
  readonly mail: ComposedMail | undefined;
  /** The first mail about the same alert, where that is another one. */
  readonly thread: ComposedMail | undefined;
}

/** The composed mails of one email action. */
export interface MailBook {
  place(event: AlertEvent): Promise<Place>;
  /** The first mail about an alert. */
  thread(alertId: string): Promise<ComposedMail | undefined>;
  /** The id of a mail that tells of several alerts. */
  digestId(events: readonly AlertEvent[]): string;
  get(id: string): Promise<ComposedMail | undefined>;
  /** Keeps a mail that was composed; it is on disk when this returns. */
  add(mail: ComposedMail): Promise<void>;
  /** Whether what `write` was given for a mail last could not be written. */
  isUnwritten(mail: ComposedMail): boolean;
  /** Puts the statuses of a mail on record; where that fails they are remembered, since the server has the mail. */
  write(mail: ComposedMail): Promise<void>;
  /**
   * Puts on record that a mail came back from recipients who had it, and answers the mail as it is then; undefined when
   * it is not of this action.
   */
  bounced(
    id: string,
    recipients: Readonly<Record<string, RecipientStatus>>,
  ): Promise<ComposedMail | undefined>;
}

const dayMs = 86_400_000;
/** No other name begins with it: hashes are of a-z and 2-7. */
const digestMark = '0';

/**
 * Makes the book over the collection `mails`, which all email actions share.
 *
 * The first mail about an alert is named by action and alert, each later one by action and first event, and one
 * about several alerts by all its events: so a retry, also after a restart, finds the mail that was composed.
 */
export function createMailBook(action: string, mails: Collection<ComposedMail>, clock: Clock): MailBook {
  /** What the server took must not be sent again, though it is not on record. */
  const unwritten = new Map<string, ComposedMail>();
  /** Who sends a mail at this moment does not know yet that it came back from somebody. */
  const bounced = new Map<string, Readonly<Record<string, RecipientStatus>>>();
  const inTurn = createTurns();
  let contents: Promise<Contents> | undefined;
  let contentsUntil = clock.now();

  const readContents = async (): Promise<Contents> => {
    const read: Contents = { names: new Set(await mails.names()), byEvent: new Map(), byAlert: new Map() };
    const digests = [...read.names].filter((name) => name.startsWith(digestMark));
    for (const mail of await Promise.all(digests.map(mails.get)))
      if (mail?.action === action) index(read, mail);
    return read;
  };
  /** Read anew each day, so that it does not hold what was purged. */
  const current = () => {
    const now = clock.now();
    if (now >= contentsUntil) contents = undefined;
    if (contents === undefined) {
      contentsUntil = new Date(now.getTime() + dayMs);
      contents = readContents().catch((thrown: unknown) => {
        contents = undefined;
        throw thrown;
      });
    }
    return contents;
  };
  const get = async (id: string) =>
    (await current()).names.has(id) ? (unwritten.get(id) ?? mails.get(id)) : undefined;

  const threadId = (alertId: string) => shortHash(13, 'thread', action, alertId);
  const thread = async (alertId: string) =>
    (await get(threadId(alertId))) ?? (await get((await current()).byAlert.get(alertId) ?? ''));
  const withBounced = (mail: ComposedMail): ComposedMail => {
    const came = bounced.get(mail.id);
    return came ? { ...mail, recipients: { ...mail.recipients, ...came } } : mail;
  };
  const write = async (mail: ComposedMail) => {
    const known = withBounced(mail);
    unwritten.set(mail.id, known);
    await mails.put(mail.id, known);
    unwritten.delete(mail.id);
  };

  return {
    async place({ id: eventId, alert }) {
      const { byEvent } = await current();
      const digest = byEvent.get(eventId);
      const told = digest === undefined ? undefined : await get(digest);
      if (told) return { id: told.id, mail: told, thread: undefined };

      const first = await thread(alert.id);
      const firstId = threadId(alert.id);
      if (!first || (first.id === firstId && first.eventIds.includes(eventId)))
        return { id: firstId, mail: first, thread: undefined };
      const id = shortHash(13, 'event', action, eventId);
      const mail = await get(id);
      return { id, thread: first, mail: mail?.eventIds.includes(eventId) ? mail : undefined };
    },

    thread,

    digestId: (events) => digestMark + shortHash(12, 'digest', action, ...events.map(({ id }) => id)),

    get,

    async add(mail) {
      await mails.put(mail.id, mail);
      const read = await current();
      read.names.add(mail.id);
      if (mail.id.startsWith(digestMark)) index(read, mail);
    },

    isUnwritten: ({ id }) => unwritten.has(id),

    write: (mail) => inTurn(mail.id, () => write(mail)),

    bounced: (id, recipients) =>
      inTurn(id, async () => {
        const mail = await get(id);
        if (mail?.action !== action) return undefined;
        bounced.set(id, { ...bounced.get(id), ...recipients });
        await write(mail);
        return withBounced(mail);
      }),
  };
}

/** What the collection holds: looking for a mail that is not there is what happens most. */
interface Contents {
  readonly names: Set<string>;
  /** Of the mails about several alerts, by the events and by the alerts that they tell of. */
  readonly byEvent: Map<string, string>;
  readonly byAlert: Map<string, string>;
}

function index({ byEvent, byAlert }: Contents, { id, eventIds, alertIds }: ComposedMail): void {
  for (const eventId of eventIds) byEvent.set(eventId, id);
  for (const alertId of alertIds) if (!byAlert.has(alertId)) byAlert.set(alertId, id);
}
