import { type ProviderName, providers } from '../../core/providers.js';
import type { AccountSettings, AcknowledgementSettings } from '../../core/settings.js';
import { domainOf } from './domain-of.js';

/** By what it counts as shown who sent a reply. */
export type AuthenticationPolicy =
  | {
      readonly kind: 'microsoft365';
      /** Whether the mailbox is at Microsoft itself, which keeps strangers from writing fields of its own. */
      readonly isMicrosoftHost: boolean;
      /** The domain of the mailbox. */
      readonly domain: string;
    }
  | { readonly kind: 'google' }
  | {
      readonly kind: 'generic';
      /** The names by which the mail servers of the mailbox call themselves, in lower case; none: DKIM alone. */
      readonly authservIds: readonly string[];
    }
  | { readonly kind: 'none' };

const microsoftHosts: readonly string[] = Object.entries(providers).flatMap(([name, { imap, pop3 }]) =>
  name.startsWith('microsoft365') ? [imap, pop3].flatMap((server) => server?.host ?? []) : [],
);

/** The policy of the settings; where they say nothing, that of the provider of the account whose mailbox is read. */
export function authenticationPolicy(
  {
    authentication,
    authservId = [],
  }: Partial<Pick<AcknowledgementSettings, 'authentication' | 'authservId'>>,
  account: Pick<AccountSettings, 'provider' | 'imap' | 'pop3' | 'mailbox'> | undefined,
): AuthenticationPolicy {
  const { provider = 'generic', imap, pop3, mailbox = '' } = account ?? {};
  const kind = authentication ?? presetOf(provider);
  if (kind === 'generic') return { kind, authservIds: [authservId].flat().map((id) => id.toLowerCase()) };
  if (kind !== 'microsoft365') return { kind };
  const preset = providers[provider];
  const host = (pop3 ? (pop3.host ?? preset.pop3?.host) : (imap?.host ?? preset.imap?.host)) ?? '';
  return { kind, isMicrosoftHost: microsoftHosts.includes(host.toLowerCase()), domain: domainOf(mailbox) };
}

function presetOf(provider: ProviderName): 'microsoft365' | 'google' | 'generic' {
  if (provider.startsWith('microsoft365')) return 'microsoft365';
  return provider === 'google' ? 'google' : 'generic';
}
