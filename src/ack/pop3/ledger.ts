import type { Collection } from '../../core/store.js';
import { createSaving } from '../mailbox/saving.js';
import type { Maildrop } from './maildrop.js';
import type { DropMail } from './pop3-client.js';

/** Which mails of a maildrop are on record: the others are new. What could not be written is written by the next look. */
export interface Ledger {
  /** What is known now. */
  drop(): Maildrop;
  /** The mails that are not on record. */
  unknown(mails: readonly DropMail[]): readonly DropMail[];
  /** Puts old mails on record that were there before anything was watched; they are on disk when this returns. */
  begin(old: readonly DropMail[]): Promise<void>;
  /** Puts a mail on record, and that it is ours where it came at `oursAt`. Throws what went wrong before. */
  note(mail: DropMail, oursAt: Date | undefined): void;
  /** All that was listed at a moment is on record: forgets what is no longer there. It is on disk when this returns. */
  looked(mails: readonly DropMail[], at: Date): Promise<void>;
}

/** Reads what is known of the maildrop of an account; what it holds at the first look came before `since`. */
export async function openLedger(
  maildrops: Collection<Maildrop>,
  account: string,
  since: Date,
): Promise<Ledger> {
  const stored = await maildrops.get(account);
  let { lookedAt, isKnown } = stored ?? { lookedAt: since, isKnown: false };
  let known = new Set(stored?.known);
  let ours = new Map(stored?.ours);
  const drop = (): Maildrop => ({ lookedAt, isKnown, known: [...known], ours: [...ours] });
  const saving = createSaving<undefined>(() => maildrops.put(account, drop()));
  if (!stored) await maildrops.put(account, drop());

  return {
    drop,
    unknown: (mails) => mails.filter(({ uid }) => !known.has(uid)),
    async begin(old) {
      for (const { uid } of old) known.add(alone(uid));
      isKnown = true;
      saving.save(undefined);
      await saving.end();
    },
    note({ uid }, oursAt) {
      known.add(alone(uid));
      if (oursAt) ours.set(alone(uid), oursAt);
      saving.save(undefined);
    },
    async looked(mails, at) {
      const there = new Set(mails.map(({ uid }) => uid));
      const left = [...known].filter((uid) => there.has(uid));
      lookedAt = at;
      if (left.length < known.size) {
        known = new Set(left);
        ours = new Map([...ours].filter(([uid]) => there.has(uid)));
        saving.save(undefined);
      }
      await saving.end();
    },
  };
}

/** A copy: a part of a text keeps all of it in memory, which is the whole list. */
const alone = (uid: string) => Buffer.from(uid).toString();
