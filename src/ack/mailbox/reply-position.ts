/** Which mail it is: `MAILBOX:UIDVALIDITY:UID` in a `ReplyPlace`. */
export interface ReplyPosition {
  /** The IMAP mailbox; absent in what was kept when an account had only one. */
  readonly mailbox?: string;
  readonly uidValidity: string;
  readonly uid: number;
}

/** Reads and writes the position of a reply. */
export const replyPosition = {
  write: (mailbox: string, uidValidity: string, uid: number): string => `${mailbox}:${uidValidity}:${uid}`,
  /** Undefined for what is no position. */
  read(text: string): ReplyPosition | undefined {
    const [, mailbox, uidValidity, uid] = /^(?:(.*):)?(\d+):(\d+)$/s.exec(text) ?? [];
    if (uidValidity === undefined) return undefined;
    return { ...(mailbox === undefined ? {} : { mailbox }), uidValidity, uid: Number(uid) };
  },
};
