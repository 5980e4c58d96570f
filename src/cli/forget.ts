import { Fault } from '../core/fault.js';
import type { Forgotten } from '../core/upkeep.js';
import { askYes } from './ask-yes.js';
import { CommandError } from './command-error.js';
import type { ControlClient } from './control-client.js';
import { openOwner } from './open-owner.js';
import { printFailure } from './print-failure.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import type { WireAccount } from './wire-status.js';

/**
 * `ackmail forget ACCOUNT`: revokes the authorization of an account at the provider and removes what is kept of it.
 *
 * Where the provider does not revoke it, nothing is removed unless that is asked for: by `force`, or by a yes at a
 * terminal. Answers the exit code.
 */
export async function forget(
  account: string,
  options: GlobalOptions & { readonly force?: boolean; readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal, account);
  try {
    if (owner.context.settings.accounts[account]?.grant === 'password')
      throw new CommandError(
        `Account ${account} has grant: password; there is nothing to forget.`,
        'Change the password at the mail server to end it.',
        2,
      );
    const outcome = await end(account, options.force ?? false, owner.control, terminal);
    if (!outcome) return 1;
    const isRunning = owner.instance === undefined;
    const now = await owner.control.account(account);
    const { grant, authorizationUrl } = now;
    terminal.stdout.write(
      options.json
        ? `${safeJson({ ...outcome, grant, authorizationUrl }, 2)}\n`
        : forgottenText(outcome, now, isRunning, terminal),
    );
    return 0;
  } finally {
    await owner.close();
  }
}

/** Ends the authorization; undefined when that failed and nobody wants it removed all the same. */
async function end(
  account: string,
  force: boolean,
  control: ControlClient,
  terminal: Terminal,
): Promise<Forgotten | undefined> {
  try {
    return await control.upkeep.forget(account, { force });
  } catch (thrown) {
    const may = thrown instanceof Fault && ['OAUTH_NOT_REVOKED', 'STORE_KEY'].includes(thrown.code);
    if (force || !may || terminal.json || !terminal.stdin.isTTY) throw thrown;
    printFailure(thrown, terminal);
    const question =
      'Remove it here all the same? At the provider it stays good until somebody ends it there.';
    return (await askYes(question, terminal)) ? control.upkeep.forget(account, { force: true }) : undefined;
  }
}

function forgottenText(
  { account, user, notRevoked, accessTokenExpiresAt }: Forgotten,
  now: WireAccount,
  isRunning: boolean,
  terminal: Pick<Terminal, 'rich'>,
): string {
  const { good, bad } = styleFor(terminal);
  const whose = user === undefined ? '' : ` of ${user}`;
  const nothing = user === undefined && notRevoked === undefined;
  return [
    nothing ? `Account ${account}: no authorization was kept; there is nothing to revoke.` : '',
    !nothing && notRevoked === undefined
      ? `${good('Revoked')}: the provider has ended the authorization${whose}, and account ${account} keeps nothing of it.`
      : '',
    notRevoked === undefined
      ? ''
      : `${bad('Removed, but not revoked')}: account ${account} keeps nothing of the authorization${whose}, but at the provider it is still good: ${notRevoked}. End it there.`,
    accessTokenExpiresAt
      ? `The provider cannot revoke the access token; it is good until ${accessTokenExpiresAt.toISOString()}.`
      : '',
    isRunning && !nothing
      ? 'Connections to the mail servers that are open now stay until the servers end them; restart Ackmail to end them at once.'
      : '',
    now.grant === 'client_credentials'
      ? 'Nobody signs in for this account: it gets its next access token by itself. To end that, remove its secret or its permissions at the provider.'
      : `To sign in again: ackmail authorize ${account}${now.authorizationUrl ? `, or open\n${now.authorizationUrl}` : ''}`,
  ]
    .filter(Boolean)
    .map((line) => `${line}\n`)
    .join('');
}
