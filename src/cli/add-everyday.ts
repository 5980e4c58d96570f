import { type Command, Option } from 'commander';
import type { ConsoleOptions } from './console.js';
import type { ReportOptions } from './report.js';
import type { GlobalOptions } from './settings-context.js';
import type { StatusOptions } from './status.js';
import type { Terminal } from './terminal.js';

/** Adds what somebody looks at every day to the command, beside the outbox and the replies: `status`, `console`, `report`. */
export function addEveryday(command: Command, terminal: Terminal, onEnd: (exitCode: number) => void): void {
  const options = () => command.opts<GlobalOptions>();
  command.commandsGroup('Every day:');

  command
    .command('status')
    .description('show how accounts, actions and replies are doing')
    .option('--exit-code', 'end with 3 while a system error stands, or Ackmail does not run')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  ackmail status --exit-code > /dev/null || echo "look at Ackmail"\n')
    .action(async (own: StatusOptions) => {
      const { status } = await import('./status.js');
      onEnd(await status({ ...options(), ...own }, terminal));
    });
  command
    .command('console')
    .description('print a link that signs you in at the console, once and within ten minutes')
    .option('--as <name>', 'who you are there (default: your login name)')
    .addOption(
      new Option('--password', 'print what stands for a password in http.users of the settings').conflicts(
        'as',
      ),
    )
    .option('--json', 'as JSON')
    .action(async ({ password, ...own }: ConsoleOptions & { readonly password?: boolean }) => {
      if (password) {
        const { consolePassword } = await import('./console-password.js');
        onEnd(await consolePassword(own, terminal));
        return;
      }
      const { console } = await import('./console.js');
      onEnd(await console({ ...options(), ...own }, terminal));
    });
  command
    .command('report')
    .description('say how alerting went: alerts, delivery, time to acknowledge, what ends soon')
    .option('--since <duration>', 'such as 24h or 30d', '7d')
    .addOption(
      new Option('--format <format>', 'what it is written as')
        .choices(['text', 'html', 'json'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--out <file>', 'write it to a file')
    .addHelpText('after', '\nExample:\n  ackmail report --since 30d --format html --out report.html\n')
    .action(async ({ json, ...own }: Omit<ReportOptions, 'config'> & { readonly json?: boolean }) => {
      const { report } = await import('./report.js');
      onEnd(await report({ ...options(), ...own, ...(json ? { format: 'json' } : {}) }, terminal));
    });
}
