import type { Settings } from '../../core/settings.js';
import { authenticationPolicy } from './authentication-policy.js';
import type { ResolveTxt } from './dkim-evidence.js';
import { resolveTxt as resolveByDns } from './resolve-txt.js';
import type { TrustRules } from './trust-of.js';

/** The rules of trust that the settings make; TXT records come from the DNS of the system unless told. */
export function trustRules(settings: Settings, resolveTxt: ResolveTxt = resolveByDns): TrustRules {
  const { accounts, actions, acknowledgement } = settings;
  const { allow = [], deny = [] } = acknowledgement ?? {};
  return {
    authentication: authenticationPolicy(acknowledgement ?? {}, accounts[acknowledgement?.account ?? '']),
    senders: { allow, deny },
    actionSenders: Object.fromEntries(
      actions.flatMap((action) => (action.type === 'email' ? [[action.name, action.acknowledge]] : [])),
    ),
    ownAddresses: Object.values(accounts).map(({ mailbox }) => mailbox),
    resolveTxt,
  };
}
