import { authorizeByBrowser } from './authorize-by-browser.js';
import { authorizeByDevice } from './authorize-by-device.js';
import { CommandError } from './command-error.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { signedInText } from './signed-in-text.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/** What `ackmail authorize` can be told. */
export interface AuthorizeOptions extends GlobalOptions {
  /** Sign in with a code on any device (RFC 8628), and not with a browser that comes back. */
  readonly device?: boolean;
  /** Each step as a line of JSON. */
  readonly json?: boolean;
}

/**
 * `ackmail authorize ACCOUNT`: says where to sign in, and waits until somebody did: in a browser, by pasting the
 * address that the browser ended on, or with a code on another device.
 *
 * Where nobody signs in, since the application is authorized by itself, it asks for a token and says whether it
 * got one. Where Ackmail runs it finishes the sign-in; else this command does, and answers the callback for as
 * long as it waits. Answers the exit code.
 */
export async function authorize(
  account: string,
  options: AuthorizeOptions,
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal, account);
  const interrupt = new AbortController();
  const forget = terminal.onSignal((name) => interrupt.abort(name));
  try {
    const before = await owner.control.account(account);
    if (before.grant === 'password')
      throw new CommandError(
        `Account ${account} has grant: password; there is nothing to authorize.`,
        `Try it with: ackmail test ${account}`,
        2,
      );
    if (before.grant === 'client_credentials') {
      if (!options.json)
        terminal.stdout.write(
          `Account ${account}: nobody signs in, the application is authorized by itself.\n`,
        );
      const expiresAt = await owner.control.renew(account);
      if (options.json) {
        terminal.stdout.write(`${safeJson({ step: 'token', account, expiresAt })}\n`);
        return 0;
      }
      const { good } = styleFor(terminal);
      terminal.stdout.write(`${good('It got an access token')}, good until ${expiresAt.toISOString()}.\n`);
      return 0;
    }
    const byDevice = options.device === true || before.grant === 'device_code';
    const way = { account, before, owner, terminal, interrupt: interrupt.signal };
    const ended = await (byDevice ? authorizeByDevice(way) : authorizeByBrowser(way));
    if (ended.kind === 'interrupted') return ended.exitCode;
    const { user, missingScopes } = ended;
    terminal.stdout.write(
      options.json
        ? `${safeJson({ step: 'signed-in', account, user, missingScopes })}\n`
        : signedInText(account, ended, terminal),
    );
    return 0;
  } finally {
    forget();
    await owner.close();
  }
}
