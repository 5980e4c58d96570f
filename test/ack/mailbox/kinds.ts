import { createImapMailbox } from '../../../src/ack/mailbox/imap-mailbox.js';
import { positionType } from '../../../src/ack/mailbox/mailbox-position.js';
import { maildropType } from '../../../src/ack/pop3/maildrop.js';
import { createPop3Mailbox, type Pop3MailboxSetup } from '../../../src/ack/pop3/pop3-mailbox.js';
import type { Account, MailServer } from '../../../src/core/account.js';
import { systemClock } from '../../../src/core/clock.js';
import type { WatchedMailbox } from '../../../src/core/mail.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { startImapServer } from '../../helpers/imap-server.js';
import { startPop3Server } from '../../helpers/pop3-server.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { accountAt, type Scene } from '../scene.js';

/** What every mailbox server of a test can do. */
export interface KindServer {
  readonly port: number;
  readonly logins: { readonly accepted: number; readonly refused: number };
  readonly commands: readonly string[];
  /** Puts a mail there that arrived at a moment (now); answers its source as it is handed out. */
  append(raw: string, at?: Date): string;
  drop(): void;
  close(): Promise<void>;
}

/** How a server of a test is to be. */
export interface KindServerOptions {
  readonly users: Readonly<Record<string, string>>;
  readonly validate?: (user: string, token: string) => Promise<boolean>;
  readonly tls?: { readonly mode: 'tls' | 'starttls'; readonly key: string; readonly cert: string };
  readonly port?: number;
}

/** What may be chosen in a mailbox of a test. */
export type KindSetup = Partial<Omit<Pop3MailboxSetup, 'account' | 'maildrops'>>;

/** One way to read mail: its mailbox and a real server for it. */
export interface Kind {
  /** As it is written, and as its faults begin. */
  readonly name: 'IMAP' | 'POP3';
  start(options: KindServerOptions): Promise<KindServer>;
  account(port: number, more?: Partial<MailServer>, login?: Account['login']): Account;
  create(scene: Scene, account: Account, setup?: KindSetup): WatchedMailbox;
  /** The commands by which headers are read, and by which whole mails are. */
  readonly reads: { readonly header: RegExp; readonly source: RegExp };
}

const common = (scene: Scene) => ({
  tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
  network: createNetwork({ env: {} }),
  systemErrors: scene.systemErrors,
  clock: systemClock,
  log: quietLog,
  loginRemedy: 'Ask an administrator.',
});

export const kinds: readonly Kind[] = [
  {
    name: 'IMAP',
    async start(options) {
      const server = await startImapServer(options);
      return {
        ...server,
        append(raw, at) {
          server.append(raw, at ? { at } : {});
          return raw;
        },
      };
    },
    account: accountAt,
    create: (scene, account, setup) =>
      createImapMailbox({
        ...{ ...common(scene), account, settings: { done: 'move', moveTo: 'Acknowledged' } },
        positions: scene.store.collection('positions', positionType),
        ...(setup as object),
      }),
    reads: { header: /^UID FETCH .*HEADER/, source: /BODY\.PEEK\[\]/ },
  },
  {
    name: 'POP3',
    async start(options) {
      const server = await startPop3Server(options);
      return { ...server, append: (raw, at) => server.append(raw, at ? { at } : {}).raw };
    },
    account: pop3AccountAt,
    create: (scene, account, setup) =>
      createPop3Mailbox({
        ...{ ...common(scene), account },
        maildrops: scene.store.collection('maildrops', maildropType),
        ...setup,
      }),
    reads: { header: /^TOP /, source: /^RETR / },
  },
];

/** The account whose maildrop is read, by password unless told otherwise; it is looked into all the time. */
export function pop3AccountAt(
  port: number,
  more: Partial<NonNullable<Account['pop3']>> = {},
  login?: Account['login'],
): Account {
  const { imap: _, ...account } = accountAt(port, {}, login);
  const pop3 = { host: '127.0.0.1', port, security: 'none', user: account.user, pollMs: 50 } as const;
  return { ...account, pop3: { ...pop3, ...more } };
}
