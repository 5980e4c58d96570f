import type { OwnMail } from '../mailbox/cleaning.js';
import type { Maildrop } from './maildrop.js';
import type { Pop3Session } from './open-pop3.js';
import type { DropMail } from './pop3-client.js';
import { Pop3Refusal } from './pop3-refusal.js';

const longestHeader = 65_536;

/**
 * Marks the mail of a maildrop to be removed that is ours and came before a moment: replies that are done, and copies of
 * what we sent, each by its header once more. Answers how many; they go when the session is quit. When the server refuses
 * one, all marks are taken back, and none goes.
 */
export async function removeOwnMail(
  session: Pop3Session,
  mails: readonly DropMail[],
  { ours }: Maildrop,
  before: Date,
  ownMail: OwnMail,
): Promise<number> {
  const came = new Map(ours);
  let count = 0;
  for (const { number, uid } of mails) {
    const at = came.get(uid);
    if (!at || at >= before) continue;
    try {
      const header = await session.top(number, longestHeader);
      if (!(await ownMail.isDone(header)) && !(await ownMail.isSent(header))) continue;
      await session.dele(number);
      count += 1;
    } catch (thrown) {
      if (!(thrown instanceof Pop3Refusal)) throw thrown;
      await session.rset();
      return 0;
    }
  }
  return count;
}
