import type { ImapFlow } from 'imapflow';

/** Knows what the mailboxes of the settings are called on the server of one connection. */
export interface MailboxPaths {
  of(name: string): Promise<string>;
  /** Asks the server again at the next call: what was found does not open any more. */
  forget(): void;
}

/** Names that people give to mailboxes for a special use (RFC 6154 section 2). */
const specialUses: Readonly<Record<string, string>> = { junk: '\\Junk', sent: '\\Sent' };

/**
 * Makes the paths: each mailbox is called as the settings say. `Junk` and `Sent` are those that the server marks so,
 * where none has that very name: it may be `Junk Email`, or a word of another language.
 */
export function createMailboxPaths(client: ImapFlow): MailboxPaths {
  const found = new Map<string, string>();
  return {
    async of(name) {
      const use = specialUses[name.toLowerCase()];
      const known = use === undefined ? name : found.get(name);
      if (known !== undefined) return known;
      const listed = await client.list();
      const path =
        listed.find((each) => each.path === name) ?? listed.find(({ specialUse }) => specialUse === use);
      if (path) found.set(name, path.path);
      return path?.path ?? name;
    },
    forget: () => found.clear(),
  };
}
