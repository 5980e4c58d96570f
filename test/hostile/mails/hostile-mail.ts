import type { ReplyRecord } from '../../../src/ack/reply-record.js';
import { person, references } from '../../ack/scene.js';
import { authservId } from '../../helpers/received.js';

/** One mail of an attacker, or an odd one of an honest person, and what has to become of it. */
export interface HostileMail {
  /** What kind of attack it is. */
  readonly kind: string;
  /** What is special about it. */
  readonly name: string;
  /** Its bytes, as an answer to the mail of this id. */
  write(mailId: string): Buffer;
  /** What the ledger says of it in the end; `ignored`: it is not there, since the mail is none of ours. */
  readonly expected: 'ignored' | ReplyRecord['verdict'];
  /** By what its sender is authenticated; `generic` unless told. */
  readonly policy?: Policy;
}

/** How senders are authenticated. */
export type Policy = 'generic' | 'microsoft365' | 'google';

/** What it says of a mail that is what it seems. */
export const honestResults = `${authservId}; dmarc=pass header.from=example.com`;

/** What is not as in an honest reply. */
export interface Change {
  /** The lines that the receiving server put on top, in place of its Authentication-Results. */
  readonly top?: readonly string[];
  /** Fields by their name; undefined takes one away. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
  /** Lines at the end of the header. */
  readonly more?: readonly string[];
  /** The body as it is; `ack` unless told. */
  readonly body?: string;
  /** The line end; CRLF unless told. */
  readonly end?: string;
}

/** An honest reply to a mail, but for a change. Everything is in characters below 256 or in UTF-8, as written. */
export function letter(mailId: string, change: Change = {}): string {
  const {
    top = [`Authentication-Results: ${honestResults}`],
    more = [],
    body = 'ack\r\n',
    end = '\r\n',
  } = change;
  const reference = references.mint(mailId, 'example.com');
  const fields: Record<string, string | undefined> = {
    From: `Ops Person <${person}>`,
    To: `Alerts <alerts+${reference.subaddress}@example.com>`,
    Subject: 'Re: [CRITICAL] DiskFull on db1',
    'Message-ID': `<reply-to-${mailId}@client.example.com>`,
    'In-Reply-To': reference.messageId,
    References: `${reference.root} ${reference.messageId}`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...change.fields,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [...top, ...lines, ...more, '', body].join(end);
}

/** A table of mails of one kind: their names, and how each is written. */
export function mailsOf(
  kind: string,
  expected: HostileMail['expected'],
  table: Readonly<Record<string, (mailId: string) => string | Buffer>>,
  policy: Policy = 'generic',
): readonly HostileMail[] {
  return Object.entries(table).map(([name, write]) => ({
    ...{ kind, name, expected, policy },
    write(mailId) {
      const mail = write(mailId);
      return Buffer.isBuffer(mail) ? mail : Buffer.from(mail);
    },
  }));
}
