import type { SignInEnd } from './sign-in-end.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/** What is said after a sign-in: as whom, and what was not granted. */
export function signedInText(
  account: string,
  { user, missingScopes }: Extract<SignInEnd, { readonly kind: 'complete' }>,
  terminal: Pick<Terminal, 'rich'>,
): string {
  const { good, bad } = styleFor(terminal);
  const lines = [`${good('Authentication complete')}: account ${account} is authorized as ${user}.`];
  if (missingScopes.length > 0)
    lines.push(
      `${bad('Not everything was granted')}: ${missingScopes.join(', ')} is missing, and what needs it will be refused.`,
      'Sign in again and accept it; if it was not asked for, add the permission to the application at the provider first.',
    );
  return `${lines.join('\n')}\n`;
}
