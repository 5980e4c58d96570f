import { simpleParser } from 'mailparser';
import { sendWithSwaks } from './swaks.js';

/** A person's answer to a mail. */
export interface SwaksReply {
  /** The mail as it lies in the person's mailbox, header and all. */
  readonly mail: string;
  /** The address of the person. */
  readonly from: string;
  /** What the person writes above the quoted mail. */
  readonly words: string;
  /** The SMTP port on 127.0.0.1 that the person sends by: Postfix's. */
  readonly port: number;
  /** Header fields besides the ordinary ones. */
  readonly header?: Readonly<Record<string, string>>;
}

/**
 * Answers a mail as a mail client does, with software that is not ours: to its Reply-To or else its From,
 * with In-Reply-To and References (RFC 5322 section 3.6.4), `Re:` before the subject, the mail quoted below.
 */
export async function replyWithSwaks({ mail, from, words, port, header }: SwaksReply): Promise<void> {
  const field = (name: string) => headerField(mail, name);
  const to = addressIn(field('Reply-To') ?? field('From') ?? '');
  const messageId = field('Message-ID');
  const references = [field('References') ?? field('In-Reply-To'), messageId].filter(Boolean).join(' ');
  const subject = field('Subject') ?? '';
  const { text = '' } = await simpleParser(mail);
  const quoted = text.trimEnd().replace(/^/gm, '> ');
  await sendWithSwaks({
    port,
    from,
    to,
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    body: `${words}\n\nOn ${field('Date') ?? 'that day'}, ${field('From') ?? ''} wrote:\n${quoted}\n`,
    header: {
      ...(messageId === undefined ? {} : { 'In-Reply-To': messageId, References: references }),
      ...header,
    },
  });
}

/** The first field of that name, unfolded, encoded words left as they are; undefined when there is none. */
export function headerField(mail: string, name: string): string | undefined {
  const header = mail.split(/\r?\n\r?\n/, 1)[0] ?? '';
  const unfolded = header.replace(/\r?\n(?=[ \t])/g, '');
  const line = unfolded
    .split(/\r?\n/)
    .find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim();
}

function addressIn(value: string): string {
  return /<([^<>]+)>\s*$/.exec(value)?.[1] ?? value.trim();
}
