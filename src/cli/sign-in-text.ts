import { isLoopback } from '../core/is-loopback.js';
import type { BegunSignIn } from './control-client.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/** A sign-in, as it is told to the person who does it. */
export interface SignInTelling extends BegunSignIn {
  readonly account: string;
  /** A browser was asked to show it. */
  readonly opened: boolean;
  /** Why the browser cannot come back by itself. */
  readonly problem?: string;
}

/** What `ackmail authorize` says: who signs in where, and how the browser finds its way back. */
export function signInText(signIn: SignInTelling, terminal: Pick<Terminal, 'rich' | 'login'>): string {
  const { strong, bad } = styleFor(terminal);
  const { account, mailbox, user, url, redirectUri, opened, problem } = signIn;
  const port = loopbackPort(redirectUri);
  const { user: me, host } = terminal.login;
  const lines = [
    `Account ${strong(account)} (mailbox ${mailbox}): sign in as ${strong(user)}.`,
    '',
    opened ? 'A browser was asked to open this address:' : 'Open this address in a browser:',
    '',
    `  ${url}`,
    '',
    'If the browser signs you in as somebody else, open it in a private window.',
    '',
    ...(problem
      ? [`${bad('The browser cannot come back by itself.')} ${problem} Paste the address.`, '']
      : []),
    ...(port && !problem
      ? [
          'Is the browser on another computer? Run this there first, and leave it open:',
          '',
          `  ssh -L ${port}:localhost:${port} ${me}@${host}`,
          '',
          'Or sign in there without it. The browser then ends on a page that it cannot reach: that is right.',
        ]
      : ['Or sign in on any computer.']),
    'Paste the address of the page where the browser ended here, and press Enter.',
    `If none of that works: ackmail authorize ${account} --device`,
    '',
    'Waiting for the sign-in …',
    '',
  ];
  return lines.join('\n');
}

function loopbackPort(redirectUri: string): string | undefined {
  const { protocol, hostname, port } = new URL(redirectUri);
  if (!isLoopback(hostname)) return undefined;
  return port || (protocol === 'https:' ? '443' : '80');
}
