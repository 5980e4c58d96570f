import type { Command } from 'commander';
import type { InitOptions } from './init.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** Adds what somebody does first to the command: `init`, `check`, `authorize`, `test` and `serve`. */
export function addFirstSteps(command: Command, terminal: Terminal, onEnd: (exitCode: number) => void): void {
  const options = () => command.opts<GlobalOptions>();
  command.commandsGroup('First steps:');

  command
    .command('init [file]')
    .description('ask what is needed, write the settings, sign in and send a first mail')
    .option('--answers <file>', 'a file (JSON) that answers everything; nobody is asked')
    .option('--replace', 'with --answers: replace files that are there')
    .option('--json', 'with --answers: as JSON, a line each step')
    .addHelpText('after', '\nExample:\n  ackmail init /etc/ackmail/ackmail.yaml\n')
    .action(async (file: string | undefined, own: InitOptions) => {
      const { init } = await import('./init.js');
      onEnd(await init(file ?? options().config ?? 'ackmail.yaml', own, terminal));
    });
  // Each verb is loaded when it is called: `ackmail check` needs no mail library.
  command
    .command('check')
    .description('say whether the settings are right, and start nothing')
    .option('--json', 'as JSON')
    .action(async (own: { readonly json?: boolean }) => {
      const { check } = await import('./check.js');
      onEnd(await check({ ...options(), ...own }, terminal));
    });
  command
    .command('authorize <account>')
    .description('sign in for a mail account, with a browser or by a code')
    .option('--device', 'with a code on any device; many tenants block it')
    .option('--json', 'as JSON, a line each step')
    .addHelpText('after', '\nExample:\n  ackmail authorize alerts\n')
    .action(async (account: string, own: { readonly device?: boolean; readonly json?: boolean }) => {
      const { authorize } = await import('./authorize.js');
      onEnd(await authorize(account, { ...options(), ...own }, terminal));
    });
  command
    .command('test <account>')
    .description('try the servers of a mail account step by step, and send it a mail')
    .option('--round-trip', 'send a mail to the watched mailbox, answer it, and read the answer')
    .option('--json', 'as JSON, a line each step')
    .addHelpText('after', '\nExample:\n  ackmail test alerts --round-trip\n')
    .action(async (account: string, own: { readonly roundTrip?: boolean; readonly json?: boolean }) => {
      const { testAccount } = await import('./test-account.js');
      onEnd(await testAccount(account, { ...options(), ...own }, terminal));
    });
  command
    .command('serve')
    .description('run: take alerts, send mail, read replies')
    .action(async () => {
      const { serve } = await import('./serve.js');
      onEnd(await serve(options(), terminal));
    });
}
