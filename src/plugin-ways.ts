import { createSmtpTransport } from './actions/email/smtp-transport.js';
import { createSubmissionGate } from './actions/email/submission-gate.js';
import type { WayOut } from './actions/email/ways-out.js';
import type { Clock } from './core/clock.js';
import type { Log } from './core/host.js';
import type { Network } from './core/network.js';
import type { Settings } from './core/settings.js';
import type { SystemErrors } from './core/system-error.js';
import type { TokenSource } from './core/token.js';
import type { Accounts } from './plugin-accounts.js';
import type { Budgets } from './plugin-budgets.js';

/** The way out by each account, by its name. */
export interface Ways {
  /** The same for all who send by an account, so that what one of them learns of its server, the others know. */
  get(account: string): WayOut;
  close(): Promise<void>;
}

/** Makes the ways out, each when it is first asked for. */
export function createWays(deps: {
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly tokens: TokenSource;
  readonly network: Network;
  readonly budgets: Budgets;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
}): Ways {
  const { settings, accounts, budgets } = deps;
  const made = new Map<string, WayOut>();
  return {
    get(name) {
      const known = made.get(name);
      if (known) return known;
      const account = accounts.find(name);
      const loginRemedy = accounts.loginRemedy(name).smtp;
      const transport = createSmtpTransport({ ...deps, account, loginRemedy });
      const hasBackup = settings.actions.some(
        (action) => action.type === 'email' && action.account === name && action.backup !== undefined,
      );
      const gate = createSubmissionGate({ ...deps, account, transport, hasBackup });
      const way = { account, transport, budget: budgets.get(name), gate };
      made.set(name, way);
      return way;
    },
    async close() {
      await Promise.all([...made.values()].map(({ transport }) => transport.close()));
    },
  };
}
