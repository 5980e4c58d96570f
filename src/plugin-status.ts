import type { EmailAcknowledgement } from './ack/email-acknowledgement.js';
import type { Outbox } from './actions/outbox.js';
import type { Pipeline } from './actions/pipeline.js';
import type { TokenManager } from './auth/token-manager.js';
import { isLoopback } from './core/is-loopback.js';
import type { WatchedMailbox } from './core/mail.js';
import { ownSource } from './core/own-source.js';
import { providers } from './core/providers.js';
import type { Settings } from './core/settings.js';
import type { AccountStatus, Status } from './core/status.js';
import type { SystemErrors } from './core/system-error.js';
import type { Accounts } from './plugin-accounts.js';
import type { RoutedAction } from './plugin-actions.js';
import type { Budgets } from './plugin-budgets.js';
import type { LastMail } from './plugin-last-mail.js';
import type { Heartbeat } from './reports/heartbeat.js';
import { version } from './version.js';

/** What the status is read from. */
export interface StatusParts {
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly actions: readonly RoutedAction[];
  readonly tokens: TokenManager;
  readonly outbox: Outbox;
  readonly pipeline: Pipeline;
  readonly watch:
    | { readonly mailbox: WatchedMailbox; readonly acknowledgement: EmailAcknowledgement }
    | undefined;
  readonly heartbeat: Heartbeat | undefined;
  readonly budgets: Budgets;
  readonly lastMail: Pick<LastMail, 'load' | 'of'>;
  readonly systemErrors: SystemErrors;
  /** What the start found, in plain sentences. */
  readonly warnings: readonly string[];
  readonly startedAt: Date | undefined;
}

/** Reads everything `ackmail status` shows, without asking another machine. */
export async function readStatus(parts: StatusParts): Promise<Status> {
  const { actions, outbox, pipeline, watch, heartbeat, settings, startedAt } = parts;
  // System errors go through the pipeline as alerts too, but they are listed on their own.
  const alerts = { firing: 0, acknowledged: 0, resolved: 0 };
  for (const { source, status } of pipeline.facts()) if (source !== ownSource) alerts[status] += 1;
  await parts.lastMail.load();
  const accountStatuses = await readAccountStatuses(parts);
  return {
    version,
    ...(startedAt ? { startedAt } : {}),
    accounts: accountStatuses,
    actions: actions.map(({ action, type }) => ({ ...outbox.status(action.name), type })),
    ...(watch && settings.acknowledgement
      ? {
          acknowledgement: {
            account: settings.acknowledgement.account,
            ...watch.mailbox.state(),
            pending: watch.acknowledgement.pending(),
            waiting: watch.acknowledgement.waiting(),
            refused: watch.acknowledgement.refused(),
          },
        }
      : {}),
    alerts: { firing: alerts.firing, acknowledged: alerts.acknowledged },
    systemErrors: parts.systemErrors.list(),
    warnings: [...parts.warnings, ...accountStatuses.flatMap(notGranted), ...(heartbeat?.warnings() ?? [])],
  };
}

/** Reads how all accounts stand; of what they sent and received last, what is read already. */
export function readAccountStatuses({
  accounts,
  tokens,
  budgets,
  lastMail,
}: Pick<StatusParts, 'accounts' | 'tokens' | 'budgets' | 'lastMail'>): Promise<readonly AccountStatus[]> {
  const read = async (name: string): Promise<AccountStatus> => {
    const { mailbox, login } = accounts.find(name);
    const left = budgets.get(name)?.left();
    const facts = { ...(left === undefined ? {} : { messagesLeft: left }), ...lastMail.of(name) };
    if (login.grant !== 'password') return { ...(await tokens.status(name)), ...facts };
    return { account: name, mailbox, grant: 'password', state: 'password', ...facts };
  };
  return Promise.all(accounts.list.map(({ name }) => read(name)));
}

function notGranted({ account, missingScopes = [] }: AccountStatus): string[] {
  if (missingScopes.length === 0) return [];
  return [
    `The sign-in for the account ${account} did not grant ${missingScopes.join(', ')}: what needs it will be refused. Sign in again and accept it; if it was not asked for, add the permission to the application at the provider first.`,
  ];
}

/** What is set up in a way that may hurt one day. */
export function settingsWarnings(settings: Settings): string[] {
  const accountsOf = (action: Settings['actions'][number]) =>
    action.type === 'email' ? [action.account, action.backup ?? action.account] : [];
  const lonely = [...new Set(settings.actions.flatMap(accountsOf))].filter((sender) =>
    settings.actions.every((action) => {
      const accounts = accountsOf(action);
      return accounts.length > 0 && accounts.every((account) => account === sender);
    }),
  );
  const unknownEnds = Object.entries(settings.accounts).flatMap(([name, account]) => {
    const { title, clientSecretMonths } = providers[account.provider];
    const isKnown = account.clientSecret === undefined || account.clientSecretExpires !== undefined;
    return isKnown || clientSecretMonths === undefined
      ? []
      : [
          `When the client secret of the account ${name} ends is not in the settings (clientSecretExpires), so nobody will be warned; at ${title} it lasts at most ${clientSecretMonths} months.`,
        ];
  });
  const watched = settings.acknowledgement && settings.accounts[settings.acknowledgement.account]?.mailbox;
  const unwatched = [...new Set(settings.actions.flatMap(accountsOf))].filter(
    (sender) => settings.accounts[sender]?.mailbox.toLowerCase() !== watched?.toLowerCase(),
  );
  const isLate = settings.actions.every(({ after }) => after > 0);
  return [
    ...(isLate ? ['Nobody is told of an alert at once: every action has `after`.'] : []),
    ...lonely.map(
      (account) =>
        `If the account ${account} fails, nobody can be told by Ackmail: every action sends by it. Give an email action a backup account, or add a webhook action.`,
    ),
    ...unknownEnds,
    ...passwordWarnings(settings),
    ...trustWarnings(settings),
    ...(watched === undefined ? [] : unwatched).map(
      (sender) =>
        `What the account ${sender} sends comes back to ${settings.accounts[sender]?.mailbox}, which is not read: nobody is told when a recipient does not get it. Have that mailbox forward to ${watched}.`,
    ),
    ...Object.entries(settings.monitors).flatMap(([name, { insecure }]) =>
      insecure ? [`The monitor ${name} takes alerts from anybody who can reach it (insecure: true).`] : [],
    ),
    ...Object.entries(settings.accounts).flatMap(([name, { smtp, imap, pop3, insecure }]) =>
      smtp?.insecure || imap?.insecure || pop3?.insecure || insecure
        ? [`The account ${name} allows connections without TLS (insecure: true).`]
        : [],
    ),
  ];
}

function passwordWarnings({ http: { users, listen, publicUrl } }: Settings): string[] {
  if (!users || publicUrl !== undefined || isLoopback(listen?.replace(/:\d+$/, '') ?? 'localhost')) return [];
  return [
    'Passwords of the console can be read along: http.users is set, and http.listen is open to other machines without https in front (http.publicUrl).',
  ];
}

function trustWarnings({ acknowledgement, accounts }: Settings): string[] {
  if (!acknowledgement) return ['No acknowledgement is set up: replies are not read.'];
  const { account, authentication } = acknowledgement;
  const { provider, imap, pop3 } = accounts[account] ?? {};
  if (authentication === 'none')
    return [
      'Who sent a reply is not verified (authentication: none): whoever gets hold of an alert mail can acknowledge it under the name of a recipient.',
    ];
  const kind = pop3 ? 'pop3' : 'imap';
  const host = (pop3 ?? imap)?.host;
  const isElsewhere =
    host !== undefined && provider !== undefined && host !== providers[provider][kind]?.host;
  return isElsewhere && provider !== 'generic' && (authentication ?? provider) === provider
    ? [
        `Replies are read from ${host}, and who sent them is taken from what ${providers[provider].title} writes into mails: anybody could write that, unless that server takes it out. Set acknowledgement.authentication to what the mailbox is at.`,
      ]
    : [];
}
