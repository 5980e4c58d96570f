import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { createCommandAction } from './actions/command/command-action.js';
import { createEmailAction } from './actions/email/email-action.js';
import type { ReplyInvitation } from './actions/email/mail-plan.js';
import { matchAlerts } from './actions/match-alerts.js';
import { quietHours } from './actions/quiet-hours.js';
import type { Route } from './actions/route.js';
import { createWebhookAction } from './actions/webhook/webhook-action.js';
import type { Action } from './core/action.js';
import type { Alert } from './core/alert.js';
import type { Clock } from './core/clock.js';
import type { Log } from './core/host.js';
import type { ComposedMail } from './core/mail.js';
import type { Network } from './core/network.js';
import { ownSource } from './core/own-source.js';
import type { ActionSettings, EmailActionSettings, Settings } from './core/settings.js';
import type { Collection, History } from './core/store.js';
import type { SystemErrors } from './core/system-error.js';
import type { Accounts } from './plugin-accounts.js';
import type { Ways } from './plugin-ways.js';

/** What the actions are made of. */
export interface ActionParts {
  readonly settings: Settings;
  /** The folder that relative paths start from. */
  readonly settingsDir: string;
  readonly accounts: Accounts;
  readonly network: Network;
  readonly ways: Ways;
  readonly mails: Collection<ComposedMail>;
  readonly invitation?: ReplyInvitation;
  readonly systemErrors: SystemErrors;
  readonly history: History;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** An action, and which alerts go to it. */
export interface RoutedAction {
  readonly action: Action;
  readonly type: ActionSettings['type'];
  /** The accounts that it sends by, the backup last; none where it mails nothing. */
  readonly accounts: readonly string[];
  /** How many alerts it tells of at the same time. */
  readonly concurrency: number;
  readonly route: Omit<Route, 'action'>;
}

/**
 * The actions of the settings, and one more for every sending account when there are admins: it mails them
 * the system errors.
 *
 * A system error goes out through every action but those that send by no other account than the one it is about:
 * they could not. A warning of what ends one day goes out through all.
 */
export function createActions(parts: ActionParts): readonly RoutedAction[] {
  const { settings } = parts;
  const own = settings.actions.map((action) => {
    const fits = matchAlerts(action.match);
    return createRouted(action, parts, (alert) =>
      alert.source === ownSource ? isReachable(alert, action) : fits(alert),
    );
  });
  return [...own, ...adminActions(parts)];
}

function adminActions(parts: ActionParts): RoutedAction[] {
  const { admins, actions } = parts.settings;
  if (admins.length === 0) return [];
  const emails = actions.filter((action) => action.type === 'email');
  const senders = [...new Map(emails.map((action) => [accountsOf(action).join('_'), action])).entries()];
  return senders.map(([accounts, sender]) => {
    const settings: EmailActionSettings = {
      ...sender,
      // No name in the settings begins so: it cannot be that of another action.
      name: `_admins-${accounts}`,
      to: admins,
      cc: [],
      match: {},
      after: 0,
      quiet: undefined,
    };
    return createRouted(settings, parts, (alert) => {
      if (alert.source !== ownSource) return false;
      const able = senders.find(([, action]) =>
        isReachable(alert, { ...settings, account: action.account, backup: action.backup }),
      );
      return able?.[0] === accounts;
    });
  });
}

function createRouted(
  settings: ActionSettings,
  parts: ActionParts,
  wants: (alert: Alert) => boolean,
): RoutedAction {
  const route = {
    ...{ repeatMs: settings.repeat, afterMs: settings.after, wants },
    ...(settings.quiet ? { heldUntil: quietHours(settings.quiet, parts.timeZone) } : {}),
  };
  const common = { route, type: settings.type };
  if (settings.type === 'webhook') {
    const action = createWebhookAction({ ...parts, settings });
    return { ...common, action, accounts: [], concurrency: settings.format === 'ackmail' ? 4 : 1 };
  }
  if (settings.type === 'command') {
    const action = createCommandAction({ ...parts, settings, home: homedir() });
    return { ...common, action, accounts: [], concurrency: 4 };
  }
  const primary = parts.ways.get(settings.account);
  const templates = settings.templates && resolve(parts.settingsDir, settings.templates);
  const own = { ...settings, ...(templates ? { templates } : {}) };
  const action = createEmailAction({
    ...parts,
    settings: own,
    primary,
    backup: settings.backup === undefined ? undefined : parts.ways.get(settings.backup),
  });
  // Enough to compose the next mails while those before them are on their way.
  const concurrency = (primary.account.smtp?.connections ?? 1) * 8;
  return { ...common, action, accounts: accountsOf(settings), concurrency };
}

function accountsOf(action: ActionSettings): readonly string[] {
  if (action.type !== 'email') return [];
  return action.backup === undefined ? [action.account] : [action.account, action.backup];
}

/**
 * Whether people can be told of a system error by an action: not of its own, nor of the one account it has, nor of the
 * one recipient.
 */
function isReachable(alert: Alert, action: ActionSettings): boolean {
  const { alertname = '', subject } = alert.labels;
  if (alertname === 'SMTP_BOUNCED' && action.type === 'email')
    return [...action.to, ...action.cc].some((recipient) => recipient !== subject);
  // What only ends one day still works.
  if (alertname.endsWith('_EXPIRING')) return true;
  const accounts = accountsOf(action);
  return (
    subject !== action.name && (accounts.length === 0 || accounts.some((account) => account !== subject))
  );
}
