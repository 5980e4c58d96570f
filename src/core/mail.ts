/** The three carriers of the reference to one composed mail. */
export interface Reference {
  /** A message id, with its angle brackets, that stands in `References`. */
  readonly root: string;
  /** The `Message-ID` of the mail, with its angle brackets. */
  readonly messageId: string;
  /** The subaddress of `Reply-To` (RFC 5233), without the plus sign. */
  readonly subaddress: string;
  /** The short tag in the subject, without brackets. */
  readonly subjectTag: string;
}

/** Makes the reference to one mail; `domain` is the domain of the sending account. */
export type MintReference = (mailId: string, domain: string) => Reference;

/** How far a mail got with one recipient; `bounced`: a server took it, and gave it back later. */
export interface RecipientStatus {
  readonly status: 'pending' | 'accepted' | 'deferred' | 'rejected' | 'bounced';
  /** The server's last reply, one line, or why there was none. */
  readonly reply?: string;
  readonly at?: Date;
}

/** A mail as it was composed: from here on its bytes never change. */
export interface ComposedMail {
  readonly id: string;
  readonly action: string;
  readonly account: string;
  /** The events that it tells of, and the alerts in the order of their numbers (the first is 1). */
  readonly eventIds: readonly string[];
  readonly alertIds: readonly string[];
  readonly messageId: string;
  /** The Message-ID that the submission server put in place of ours, where it did. */
  readonly serverMessageId?: string;
  readonly subject: string;
  readonly composedAt: Date;
  readonly envelopeFrom: string;
  readonly recipients: Readonly<Record<string, RecipientStatus>>;
  /** The whole message (RFC 5322) in ASCII, lines ending in CRLF. */
  readonly raw: string;
}

/** The first mail in which an action told of any of some alerts, and those of them that it told of at all. */
export interface AlertThread {
  readonly mail: ComposedMail;
  readonly alertIds: readonly string[];
}

/** What a submission server said of one message. */
export interface SendResult {
  readonly recipients: Readonly<Record<string, RecipientStatus>>;
  readonly serverMessageId?: string;
}

/** A way to hand mail to a submission server (RFC 6409). */
export interface Transport {
  /**
   * Hands over one mail for some of its recipients. Those who are not in the result are for the next call: the server
   * takes no more at once.
   *
   * `record` puts the result on disk, and the connection takes no other mail before it has returned: so a
   * crash leaves at most one mail a connection that the server has and nobody knows of. Throws a `Fault` when
   * the server took it for nobody for a reason that is not the recipients', and what `record` throws.
   */
  send(
    mail: ComposedMail,
    recipients: readonly string[],
    signal: AbortSignal,
    record?: (result: SendResult) => Promise<void>,
  ): Promise<SendResult>;
  /** Connects and logs in, and throws a `Fault` when that does not work. */
  verify(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** What people are told in answer to a reply. */
export interface Answer {
  /** Names it for ever, so that it is the same message at every try: 1 to 60 characters of a-z and 0-9. */
  readonly id: string;
  /** Everybody whom it is for. */
  readonly to: readonly string[];
  /** The mail in whose thread it stands. */
  readonly mail: ComposedMail;
  /** The Message-ID of the reply, with its angle brackets; absent where it had none, or where they do not know it. */
  readonly inReplyTo?: string;
  /** Whole sentences; lines end in LF. */
  readonly text: string;
  /** When it was made, which is its `Date`. */
  readonly at: Date;
}

/** How answers leave: behind everything that tells of alerts. */
export interface AnswerTransport {
  /** Before when nothing may leave by an account; a moment that is past where there is room. */
  roomAt(account: string): Date;
  /**
   * Hands over an answer for some of those whom it is for, as `Transport.send` does, by the account that sent the mail
   * which is answered.
   */
  send(
    answer: Answer,
    recipients: readonly string[],
    signal: AbortSignal,
    record: (result: SendResult) => Promise<void>,
  ): Promise<SendResult>;
}

/** Where a reply lies in its mailbox: enough to mark it done later, also after a restart. */
export interface ReplyPlace {
  readonly account: string;
  /** IMAP: `MAILBOX:UIDVALIDITY:UID`; without the mailbox in what an earlier version kept. POP3: `pop3:UNIQUE-ID`. */
  readonly position: string;
}

/** One mail in the watched mailbox, of which only the header is fetched. */
export interface Reply {
  readonly place: ReplyPlace;
  /** The header section as it is, with its line ends, at most 64 kB. */
  readonly header: Buffer;
  /** When the mail server received it (IMAP INTERNALDATE; with POP3 by its topmost Received). */
  readonly receivedAt: Date;
  /** Fetches the message, at most `maxLength` bytes of it; only while the reply is the newest one watched. */
  source(maxLength: number): Promise<Buffer>;
}

/** A mailbox that is read for replies. */
export interface Mailbox {
  /**
   * Mail in the order it arrived, for as long as `signal` is not aborted, over lost connections and restarts.
   *
   * Asking for the next one says that the last one is on record: it is not delivered again.
   */
  watch(signal: AbortSignal): AsyncIterable<Reply>;
  /** Marks a reply done, by what the settings say and the server permits; harmless when repeated. */
  done(place: ReplyPlace): Promise<void>;
  close(): Promise<void>;
}

/** A mailbox that tells how it is doing. */
export interface WatchedMailbox extends Mailbox {
  state(): { readonly state: 'watching' | 'connecting' | 'stopped'; readonly detail?: string };
  /** Since when nothing can be read; undefined while it can, also when a new connection is just being made. */
  unreadSince(): Date | undefined;
  /** Tries to connect now instead of waiting: somebody has signed in. */
  wake(): void;
}
