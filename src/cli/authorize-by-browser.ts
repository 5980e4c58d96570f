import { awaitSignIn } from './await-sign-in.js';
import type { Owner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import { serveCallback } from './serve-callback.js';
import type { SignInEnd } from './sign-in-end.js';
import { signInText } from './sign-in-text.js';
import type { Terminal } from './terminal.js';
import type { WireAccount } from './wire-status.js';

/** What a sign-in by the command needs. */
export interface AuthorizeSetup {
  readonly account: string;
  /** How the account stood before. */
  readonly before: WireAccount;
  readonly owner: Owner;
  readonly terminal: Terminal;
  /** Aborted, with its name, by a signal of the operating system. */
  readonly interrupt: AbortSignal;
}

/** Lets a person sign in with a browser, here or elsewhere, and answers how it ended. */
export async function authorizeByBrowser(setup: AuthorizeSetup): Promise<SignInEnd> {
  const { account, before, owner, terminal, interrupt } = setup;
  const { control, instance, context } = owner;
  const signIn = await control.beginSignIn(account);
  const callback = instance && (await serveCallback(instance, signIn.redirectUri, context.settings.http));
  try {
    const opened = terminal.openBrowser(signIn.url);
    const telling = { account, ...signIn, opened, ...callback?.problem };
    terminal.stdout.write(
      terminal.json ? `${safeJson({ step: 'sign-in', ...telling })}\n` : signInText(telling, terminal),
    );
    return await awaitSignIn({ account, before, control, terminal, interrupt });
  } finally {
    await callback?.close();
  }
}
