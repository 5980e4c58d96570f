import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Account } from './core/account.js';
import { describe, Fault } from './core/fault.js';
import type { Network } from './core/network.js';
import type { Provider } from './core/provider.js';
import { providers } from './core/providers.js';
import type { Settings } from './core/settings.js';
import { createNetwork } from './network/create-network.js';
import { readClientCertificate } from './settings/read-client-certificate.js';
import { resolveAccount } from './settings/resolve-account.js';

/** The mail accounts of the settings, everything decided, and the way to other machines. */
export interface Accounts {
  readonly list: readonly Account[];
  readonly network: Network;
  find(name: string): Account;
  /** What an administrator does when a mail server refuses the login of an account without saying why. */
  loginRemedy(name: string): Provider['loginRemedy'];
}

/** Puts the accounts together; reads the files of private CAs and client certificates. Throws `CONFIG_UNREADABLE`. */
export async function openAccounts(
  settings: Settings,
  settingsDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Accounts> {
  const files = new Set([
    settings.ca,
    ...Object.values(settings.accounts).flatMap(({ smtp, imap, pop3 }) => [
      smtp?.tls.ca,
      imap?.tls.ca,
      pop3?.tls.ca,
    ]),
  ]);
  const certificates = new Map<string, string>();
  for (const file of files)
    if (file) certificates.set(file, await readCertificates(resolve(settingsDir, file)));
  const common = settings.ca ? [certificates.get(settings.ca) ?? ''] : [];
  const network = createNetwork({ env, ca: common, ...(settings.proxy ? { proxy: settings.proxy } : {}) });

  const mailSenders = settings.actions.flatMap((action) => (action.type === 'email' ? [action.account] : []));
  const list: Account[] = [];
  for (const [name, account] of Object.entries(settings.accounts)) {
    const certificate =
      account.certificate && (await readClientCertificate(account.certificate, settingsDir));
    list.push(
      resolveAccount(account, {
        name,
        http: settings.http,
        uses: { smtp: mailSenders.includes(name), mailbox: settings.acknowledgement?.account === name },
        ca: (ca) => (ca ? [...rootCertificates, ...common, certificates.get(ca) ?? ''] : network.ca),
        ...(certificate ? { certificate } : {}),
      }),
    );
  }
  return {
    list,
    network,
    loginRemedy(name) {
      const { provider = 'generic', grant } = settings.accounts[name] ?? {};
      const { loginRemedy, applicationRemedy: remedy } = providers[provider];
      if (grant === 'password') return everywhere(passwordRemedy);
      return grant === 'client_credentials' && remedy ? everywhere(remedy) : loginRemedy;
    },
    find(name) {
      const account = list.find((one) => one.name === name);
      if (account) return account;
      const known = list.map((one) => one.name).join(', ');
      throw new Fault('CONFIG_ACCOUNT_UNKNOWN', { account: name, known });
    },
  };
}

const passwordRemedy =
  'Check `password`, and that the mail server lets {user} log in with it: where two steps are needed to sign in, that ' +
  'is an app password.';

const everywhere = (remedy: string) => ({ smtp: remedy, imap: remedy, pop3: remedy });

async function readCertificates(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (cause) {
    throw new Fault('CONFIG_UNREADABLE', { file, detail: describe(cause) }, cause);
  }
  throw new Fault('CONFIG_UNREADABLE', { file, detail: 'it holds no certificate in PEM' });
}
