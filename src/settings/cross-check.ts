import { isLoopback } from '../core/is-loopback.js';
import { ownSource } from '../core/own-source.js';
import { providers } from '../core/providers.js';
import type { AccountSettings, ActionSettings, Settings } from '../core/settings.js';
import { checkGrant } from './check-grant.js';
import type { SettingsIssue } from './check-settings.js';
import { isSafeUrl } from './is-safe-url.js';

const shortestBeatMs = 10_000;
const mostRecipients = 500;

/** What is wrong with settings whose parts are right one by one: names that do not exist, things left out. */
export function crossCheck(settings: Settings): SettingsIssue[] {
  return [
    ...Object.entries(settings.accounts).flatMap(([name, account]) => checkAccount(name, account, settings)),
    ...checkActions(settings),
    ...checkAcknowledgement(settings),
    ...checkMonitors(settings),
    ...checkPublicUrl(settings),
    ...checkRetention(settings),
    ...checkHeartbeat(settings),
    ...checkReport(settings),
  ];
}

function checkAccount(name: string, account: AccountSettings, settings: Settings): SettingsIssue[] {
  const issues = checkGrant(name, account, settings.http);
  const wants = (wanted: boolean, key: string, message: string) => {
    if (!wanted) issues.push({ path: ['accounts', name, key], message });
  };
  const preset = providers[account.provider];
  for (const key of ['smtp', 'imap', 'pop3'] as const) {
    const server = account[key];
    wants(
      server?.security !== 'none' || server.insecure || isLoopback(server.host ?? ''),
      key,
      'has security: none, which is only for loopback, or with insecure: true',
    );
    wants(
      server === undefined || server.host !== undefined || preset[key] !== undefined,
      key,
      'needs a host',
    );
  }
  wants(
    account.imap === undefined || account.pop3 === undefined,
    'pop3',
    'stands beside imap; leave one of them out',
  );
  return issues;
}

function checkActions(settings: Settings): SettingsIssue[] {
  const names = new Set<string>();
  return settings.actions.flatMap((action, index) => {
    const issues: SettingsIssue[] = [];
    const path = ['actions', index];
    if (names.has(action.name))
      issues.push({ path: [...path, 'name'], message: 'stands twice; every action has a name of its own' });
    names.add(action.name);
    issues.push(...checkFormat(action, path));
    if (action.type !== 'email') return issues;
    if (action.to.length + action.cc.length > mostRecipients)
      issues.push({
        path: [...path, 'cc'],
        message: `makes more than ${mostRecipients} recipients together with \`to\``,
      });
    for (const key of ['account', 'backup'] as const) {
      const name = action[key];
      if (name === undefined) continue;
      const account = settings.accounts[name];
      if (!account) issues.push({ path: [...path, key], message: `there is no account ${name}` });
      else if (!hasServer(account, 'smtp'))
        issues.push({
          path: ['accounts', name, 'smtp'],
          message: `is missing; the action ${action.name} sends by it`,
        });
    }
    if (action.backup === action.account)
      issues.push({ path: [...path, 'backup'], message: 'is the account itself; name another one' });
    return issues;
  });
}

function checkFormat(action: ActionSettings, path: SettingsIssue['path']): SettingsIssue[] {
  if (action.type !== 'webhook' || action.format === 'ackmail') return [];
  const isConnector = /\.webhook\.office(365)?\.com$/.test(new URL(action.url).hostname);
  return [
    ...(isConnector
      ? [
          {
            path: [...path, 'url'],
            message:
              'is a connector of Office 365, which Microsoft has switched off; make a workflow (docs/chat.md)',
          },
        ]
      : []),
    ...(action.secret === undefined
      ? []
      : [{ path: [...path, 'secret'], message: `means nothing with format: ${action.format}; take it out` }]),
  ];
}

function checkReport({ report, actions, accounts }: Settings): SettingsIssue[] {
  if (report === undefined) return [];
  const { account: name } = report;
  if (name === undefined)
    return actions.some(({ type }) => type === 'email')
      ? []
      : [
          {
            path: ['report', 'account'],
            message: 'is missing; no email action has an account to send it by',
          },
        ];
  const account = accounts[name];
  if (!account) return [{ path: ['report', 'account'], message: `there is no account ${name}` }];
  return hasServer(account, 'smtp')
    ? []
    : [{ path: ['accounts', name, 'smtp'], message: 'is missing; the report is sent by it' }];
}

function checkPublicUrl({ http: { publicUrl } }: Settings): SettingsIssue[] {
  // Browsers keep the cookie of a sign-in only for https, and for this machine.
  if (publicUrl === undefined || isSafeUrl(publicUrl)) return [];
  return [
    { path: ['http', 'publicUrl'], message: 'is without https; browsers could not finish a sign-in there' },
  ];
}

function checkRetention({ retention, acknowledgement }: Settings): SettingsIssue[] {
  const path = ['retention', 'replies'];
  // A mail that is read again must find its reply on record, or it would acknowledge twice.
  if (retention.replies < retention.mails)
    return [{ path, message: 'must not be shorter than retention.mails' }];
  // A reply that is not on record any more is nothing of ours.
  return retention.replies > (acknowledgement?.clean ?? 0)
    ? []
    : [{ path, message: 'must be longer than acknowledgement.clean' }];
}

function checkHeartbeat({ heartbeat }: Settings): SettingsIssue[] {
  if (!heartbeat || heartbeat.every >= shortestBeatMs) return [];
  return [{ path: ['heartbeat', 'every'], message: 'must be 10 seconds or more' }];
}

function checkAcknowledgement({ acknowledgement, accounts }: Settings): SettingsIssue[] {
  if (!acknowledgement) return [];
  const account = accounts[acknowledgement.account];
  if (!account)
    return [
      { path: ['acknowledgement', 'account'], message: `there is no account ${acknowledgement.account}` },
    ];
  if (account.pop3) return [];
  const path = ['accounts', acknowledgement.account, 'imap'];
  if (!hasServer(account, 'imap')) return [{ path, message: 'is missing; replies are read by it' }];
  const { done, moveTo } = acknowledgement;
  return done === 'move' && [account.imap?.mailbox].flat().includes(moveTo)
    ? [
        {
          path: [...path, 'mailbox'],
          message: 'is also acknowledgement.moveTo: what is done would be read again',
        },
      ]
    : [];
}

function checkMonitors(settings: Settings): SettingsIssue[] {
  return Object.entries(settings.monitors).flatMap(([name, monitor]) => {
    const issues: SettingsIssue[] = [];
    if (name === ownSource)
      issues.push({
        path: ['monitors', name],
        message: 'is the name of our own system errors; choose another',
      });
    if (monitor.secret === undefined && !monitor.insecure)
      issues.push({
        path: ['monitors', name, 'secret'],
        message: 'is missing; without it anybody could raise alerts (or set insecure: true)',
      });
    return issues;
  });
}

const hasServer = (account: AccountSettings, key: 'smtp' | 'imap') =>
  account[key] !== undefined || providers[account.provider][key] !== undefined;
