import { formatDuration } from '../core/duration.js';
import type { AuthorizeSetup } from './authorize-by-browser.js';
import { CommandError } from './command-error.js';
import { interrupted } from './interrupted.js';
import { safeJson } from './safe-json.js';
import type { SignInEnd } from './sign-in-end.js';
import { styleFor } from './style.js';

/** Shows a code that a person enters on any device (RFC 8628), and answers how it ended. Throws a `Fault`. */
export async function authorizeByDevice(setup: AuthorizeSetup): Promise<SignInEnd> {
  const { account, owner, terminal, interrupt } = setup;
  const { strong } = styleFor(terminal);
  const user = owner.context.settings.accounts[account]?.user ?? setup.before.mailbox;
  try {
    for await (const step of owner.control.signInByDevice(account, interrupt)) {
      if (step.step === 'signed-in')
        return { kind: 'complete', user: step.user, missingScopes: step.missingScopes };
      const { userCode, verificationUrl, expiresAt } = step;
      const leftMs = expiresAt.getTime() - terminal.clock.now().getTime();
      if (terminal.json) {
        const { mailbox } = setup.before;
        const told = { step: 'code', account, mailbox, user, userCode, verificationUrl, expiresAt };
        terminal.stdout.write(`${safeJson(told)}\n`);
        continue;
      }
      terminal.stdout.write(
        [
          `Account ${strong(account)} (mailbox ${setup.before.mailbox}): sign in as ${strong(user)}.`,
          '',
          'Open this address on any device:',
          '',
          `  ${verificationUrl}`,
          '',
          `and enter the code ${strong(userCode)} within ${formatDuration(leftMs)}.`,
          '',
          'Waiting for the sign-in …',
          '',
        ].join('\n'),
      );
    }
  } catch (thrown) {
    if (!interrupt.aborted) throw thrown;
  }
  if (interrupt.aborted) return interrupted(interrupt);
  throw new CommandError('The Ackmail that runs has stopped.', `Run it again: ackmail authorize ${account}`);
}
