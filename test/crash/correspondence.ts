import type { TestImapServer } from '../helpers/imap-server.js';
import { headerField, writeReply } from '../helpers/lab.js';
import type { Random } from '../helpers/random.js';

/** What people write to a mailbox, whatever becomes of the process that reads it. */
export interface Correspondence {
  /** An alert mail reached its recipient; the same one again changes nothing. */
  receive(raw: string): void;
  /** How many alert mails nobody has answered yet. */
  unanswered(): number;
  /** Puts one more mail into the mailbox: mostly a reply, sometimes something that must not acknowledge. */
  write(): void;
  /** Puts a reply into the mailbox that is none to ask back about. */
  writeReply(): void;
  /** The words of the replies that are to acknowledge, each of which is said once. */
  words(): readonly string[];
  /** The words of those that are not marked done yet. */
  unmarked(): readonly string[];
  /** The Message-IDs of the replies whose meaning is to be asked back. */
  questions(): readonly string[];
  /** How many mails of other people, strangers and software there are. */
  others(): number;
  /** What of them is not as it was, byte for byte and flag for flag; as one text each. */
  touched(): readonly string[];
}

/** Begins with an empty mailbox, whose replies are moved to Acknowledged when they are done. */
export function createCorrespondence(imap: TestImapServer, random: Random): Correspondence {
  const seen = new Set<string>();
  const pool: string[] = [];
  const words: string[] = [];
  const questions: string[] = [];
  const others: { readonly uid: number; readonly raw: string; readonly flags: readonly string[] }[] = [];

  const put = (raw: string, flags: string[] = []) => {
    const uid = imap.append(raw, { flags });
    others.push({ uid, raw, flags });
  };
  const answered = () => pool.shift() ?? '';
  const reply = () => {
    const word = `word${words.length}`;
    words.push(word);
    // Of many people: what one of them may say at once is limited.
    const raw = writeReply(answered(), `ack 4h ${word}`, { from: `ops-${words.length}@example.com` });
    imap.append(raw);
    return raw;
  };

  return {
    receive(raw) {
      const id = headerField(raw, 'Message-ID');
      if (!seen.has(id)) pool.push(raw);
      seen.add(id);
    },
    unanswered: () => pool.length,
    write() {
      const kind = random.whole(1, 20);
      if (kind <= 14) reply();
      else if (kind === 15) imap.append(reply());
      else if (kind === 16) {
        const raw = writeReply(answered(), 'akc');
        questions.push(headerField(raw, 'Message-ID'));
        imap.append(raw);
      } else if (kind === 17) put(writeReply(answered(), 'ack stranger', { from: 'stranger@example.org' }));
      else if (kind === 18)
        put(writeReply(answered(), 'ack robot', { header: ['Auto-Submitted: auto-replied'] }));
      else put(letter(others.length), [[], ['\\Seen'], ['\\Flagged', 'todo']][random.whole(0, 2)]);
    },
    writeReply: () => void reply(),
    words: () => words,
    unmarked() {
      const done = new Set(
        imap.mails('Acknowledged').map(({ raw }) => /\r\nack 4h (\w+)\r\n/.exec(raw)?.[1] ?? ''),
      );
      return words.filter((word) => !done.has(word));
    },
    questions: () => questions,
    others: () => others.length,
    touched() {
      const now = new Map(imap.mails().map((mail) => [mail.uid, mail]));
      return others.flatMap(({ uid, raw, flags }) => {
        const mail = now.get(uid);
        if (!mail) return [`${uid} is gone`];
        const had = mail.flags.filter((flag) => flag !== '\\Recent');
        return mail.raw === Buffer.from(raw).toString('latin1') && `${had}` === `${flags}`
          ? []
          : [`${uid} has the flags ${had} in place of ${flags}, or other bytes`];
      });
    },
  };
}

/** A mail that has nothing to do with any alert. */
function letter(number: number): string {
  return [
    'From: Grüße <friend@example.net>',
    'To: alerts@example.com',
    'Subject: lunch',
    `Message-ID: <letter-${number}@example.net>`,
    `Date: ${new Date().toUTCString()}`,
    '',
    'ack 4h is what I would say.',
    '',
  ].join('\r\n');
}
