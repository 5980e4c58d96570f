import { isLoopback } from '../core/is-loopback.js';
import { askOwner } from './ask-owner.js';
import { CommandError } from './command-error.js';
import { type GlobalOptions, settingsContext } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/** What `ackmail console` can be told. */
export interface ConsoleOptions extends GlobalOptions {
  /** Who signs in: the author of what is said at the console. Default: the login name of who runs the command, also by sudo. */
  readonly as?: string;
  readonly json?: boolean;
}

/**
 * `ackmail console`: asks the Ackmail that runs for a link to the console, which signs one person in, once and within
 * ten minutes; prints it, and opens it where there is a browser. Answers the exit code.
 *
 * Throws a `CommandError` where no Ackmail runs, or the settings give the console no address.
 */
export async function console(options: ConsoleOptions, terminal: Terminal): Promise<number> {
  const name = options.as ?? loginName(terminal);
  if (name.trim() === '')
    throw new CommandError(
      'There is no name to sign in with.',
      'Say who you are: ackmail console --as NAME',
      2,
    );
  const { settings, dataDir } = await settingsContext(options, terminal);
  const { listen, publicUrl } = settings.http;
  if (listen === undefined && publicUrl === undefined)
    throw new CommandError(
      'The console has no address: the settings have neither http.listen nor http.publicUrl.',
      "Set http: { listen: '127.0.0.1:8025' } in the settings, and start `ackmail serve` again.",
      2,
    );
  const control = await askOwner(dataDir);
  if (!control)
    throw new CommandError(
      `No Ackmail runs with ${dataDir}, so there is nothing to show.`,
      'Start it with `ackmail serve`, or name its settings with --config.',
    );
  const url = await control.consoleLink(name);
  if (options.json) terminal.stdout.write(`${JSON.stringify({ url, name })}\n`);
  else terminal.stdout.write(linkText({ url, name, opened: terminal.openBrowser(url) }, terminal));
  return 0;
}

/** Whoever calls it by `sudo -u ackmail` is still themselves. */
function loginName({ env, login }: Terminal): string {
  return env['SUDO_USER'] || login.user;
}

interface LinkTelling {
  readonly url: string;
  readonly name: string;
  readonly opened: boolean;
}

function linkText({ url, name, opened }: LinkTelling, terminal: Terminal): string {
  const { strong } = styleFor(terminal);
  const { hostname, port } = new URL(url);
  const lines = [
    opened ? 'A browser was asked to open this address:' : 'Open this address in a browser:',
    '',
    `  ${url}`,
    '',
    `It signs you in as ${strong(name)}, once, within ten minutes. Whoever has it can use it: pass it to nobody.`,
    ...(isLoopback(hostname) && port !== ''
      ? [
          '',
          'Is the browser on another computer? Run this there first, and leave it open:',
          '',
          `  ssh -L ${port}:localhost:${port} ${loginName(terminal)}@${terminal.login.host}`,
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}
