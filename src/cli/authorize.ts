import { awaitSignIn } from './await-sign-in.js';
import { openOwner } from './open-owner.js';
import { serveCallback } from './serve-callback.js';
import type { GlobalOptions } from './settings-context.js';
import { signInText } from './sign-in-text.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/**
 * `ackmail authorize ACCOUNT`: says where to sign in, and waits until somebody did, in a browser or by
 * pasting the address that the browser ended on.
 *
 * Where Ackmail runs it finishes the sign-in; else this command does, and answers the callback for as long as
 * it waits. Answers the exit code.
 */
export async function authorize(
  account: string,
  options: GlobalOptions,
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal);
  try {
    const before = await owner.control.account(account);
    const signIn = await owner.control.beginSignIn(account);
    const interrupt = new AbortController();
    const forget = terminal.onSignal((name) => interrupt.abort(name));
    const callback = owner.instance
      ? await serveCallback(owner.instance, signIn.redirectUri, owner.context.settings.http)
      : undefined;
    try {
      const opened = terminal.openBrowser(signIn.url);
      terminal.stdout.write(signInText({ account, ...signIn, opened, ...callback?.problem }, terminal));
      const ended = await awaitSignIn({
        account,
        before,
        control: owner.control,
        terminal,
        interrupt: interrupt.signal,
      });
      if (ended.kind === 'interrupted') return ended.exitCode;
      const { good } = styleFor(terminal);
      terminal.stdout.write(
        `${good('Authentication complete')}: account ${account} is authorized as ${ended.user}.\n`,
      );
      return 0;
    } finally {
      forget();
      await callback?.close();
    }
  } finally {
    await owner.close();
  }
}
