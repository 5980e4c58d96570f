import type { Account, MailServerKind } from './core/account.js';
import type { AccountSheet, AccountUse } from './core/account-sheet.js';
import type { MonitorHost } from './core/host.js';
import { providers } from './core/providers.js';
import type { Settings } from './core/settings.js';
import type { Accounts } from './plugin-accounts.js';
import { providerGuide } from './settings/provider-guide.js';
import { createSettingOrigin } from './settings/setting-origin.js';
import { sheetGroups } from './settings/sheet-groups.js';

/** Puts together what the console shows of the settings of each account, as they were when Ackmail started. */
export function createSheets(parts: {
  readonly host: Pick<MonitorHost, 'settings' | 'settingsSource'>;
  readonly settings: Settings;
  readonly accounts: Pick<Accounts, 'list'>;
}): readonly AccountSheet[] {
  const { host, settings, accounts } = parts;
  const origin = createSettingOrigin(host.settings, host.settingsSource);
  return accounts.list.flatMap((account): AccountSheet[] => {
    const { name, login } = account;
    const own = settings.accounts[name];
    if (!own) return [];
    const byBrowser = login.grant === 'authorization_code';
    const watched = settings.acknowledgement?.account === name;
    const readBy: MailServerKind = account.pop3 ? 'pop3' : 'imap';
    const kinds: MailServerKind[] = [
      ...(account.smtp ? (['smtp'] as const) : []),
      ...(watched ? [readBy] : []),
    ];
    return [
      {
        account: name,
        provider: own.provider === 'generic' ? 'Any other' : providers[own.provider].title,
        mailbox: account.mailbox,
        ...(byBrowser || login.grant === 'device_code' ? { signsIn: account.user } : {}),
        uses: usesOf(name, settings),
        ...{ watched, sends: account.smtp !== undefined },
        groups: sheetGroups(account, own, (path) => origin(['accounts', name, ...path])),
        ...(login.grant === 'authorization_code'
          ? {
              redirect: {
                label: 'Redirect URL',
                value: login.oauth.redirectUri,
                from: redirectFrom(account, settings, origin),
              },
            }
          : {}),
        guide: providerGuide({ provider: own.provider, account, kinds }),
        guidePage: `docs/providers/${own.provider.replace(/-.*/, '')}.md`,
      },
    ];
  });
}

function usesOf(name: string, { actions }: Settings): AccountUse[] {
  return actions.flatMap((action): AccountUse[] => {
    if (action.type !== 'email') return [];
    const { account, backup } = action;
    if (account === name)
      return [{ action: action.name, as: 'primary', ...(backup === undefined ? {} : { other: backup }) }];
    return backup === name ? [{ action: action.name, as: 'backup', other: account }] : [];
  });
}

function redirectFrom(
  { name }: Account,
  { http, accounts }: Settings,
  origin: ReturnType<typeof createSettingOrigin>,
): string {
  if (accounts[name]?.redirectUri !== undefined)
    return origin(['accounts', name, 'redirectUri']) ?? 'the settings';
  const key = http.publicUrl === undefined ? 'listen' : 'publicUrl';
  return `http.${key}, ${origin(['http', key]) ?? 'the default'}`;
}
