import type { Pop3Session } from './open-pop3.js';
import type { DropMail } from './pop3-client.js';
import { Pop3Refusal } from './pop3-refusal.js';

/** A mail with its header, or with what the server says when it refuses to hand it out. */
export type FoundMail = { readonly mail: DropMail } & (
  | { readonly header: Buffer }
  | { readonly refusal: Pop3Refusal }
);

const longestHeader = 65_536;

/** The headers of mails, each as it is or with what the server says when it refuses to hand it out. */
export async function headersOf(
  session: Pop3Session,
  mails: readonly DropMail[],
): Promise<readonly FoundMail[]> {
  const found = await Promise.all(
    mails.map(async (mail): Promise<FoundMail> => {
      try {
        const header = await session.top(mail.number, longestHeader);
        // The server that took a mail put a field on top (RFC 5321 section 4.4).
        if (!/^[!-9;-~]+[ \t]*:/m.test(header.toString('latin1')))
          throw new Pop3Refusal('TOP', 'what it shows is no header');
        return { mail, header };
      } catch (thrown) {
        if (thrown instanceof Pop3Refusal) return { mail, refusal: thrown };
        throw thrown;
      }
    }),
  );
  // One answer too many would have shown some the header of another.
  await session.noop();
  return found;
}
