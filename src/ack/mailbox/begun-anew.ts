import type { NumberedMailbox } from './numbered-mailbox.js';
import type { Positions } from './open-positions.js';

/** No server has it for a mailbox (RFC 9051 section 9, nz-number). */
const noUidValidity = '0';

/**
 * Forgets how far a mailbox was read that was just opened and has lower UIDs to give than were seen, under the same
 * UIDVALIDITY, as after the restore of a server: it is read again as if it had been numbered anew, and the ledger knows
 * the replies that were taken. Otherwise nothing would be read until the UIDs have caught up.
 */
export async function begunAnew(
  { name, uidValidity, uidNext }: NumberedMailbox,
  positions: Positions,
): Promise<void> {
  const stored = positions.of(name);
  if ('since' in stored || stored.uidValidity !== uidValidity) return;
  if (uidNext > 0 && uidNext <= stored.lastUid)
    await positions.put({ mailbox: name, uidValidity: noUidValidity, lastUid: 0 });
}
