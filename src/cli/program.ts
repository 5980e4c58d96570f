import { Command, CommanderError, Option } from 'commander';
import { sampleKinds } from '../actions/email/sample-event.js';
import { addOutbox } from './add-outbox.js';
import { addReplies } from './add-replies.js';
import type { PreviewOptions } from './preview.js';
import { printFailure } from './print-failure.js';
import type { ReportOptions } from './report.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

/**
 * Runs the command with its arguments (without node and the script) and answers the exit code: 0 when it did
 * what was asked, 1 for a failure, 2 for a wrong call or wrong settings.
 */
export async function program(args: readonly string[], version: string, terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const command = new Command('ackmail')
    .description('Alert e-mail that people acknowledge by replying.')
    .version(version)
    .option('-c, --config <file>', 'the settings (default: ./ackmail.yaml, then /etc/ackmail/ackmail.yaml)')
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .exitOverride();
  const options = () => command.opts<GlobalOptions>();

  // Each verb is loaded when it is called: `ackmail check` needs no mail library.
  command
    .command('serve')
    .description('run: take alerts, send mail, read replies')
    .action(async () => {
      const { serve } = await import('./serve.js');
      exitCode = await serve(options(), terminal);
    });
  command
    .command('check')
    .description('say whether the settings are right, and start nothing')
    .action(async () => {
      const { check } = await import('./check.js');
      exitCode = await check(options(), terminal);
    });
  command
    .command('authorize <account>')
    .description('sign in for a mail account, with a browser or by a code')
    .option('--device', 'with a code on any device; many tenants block it')
    .action(async (account: string, own: { readonly device?: boolean }) => {
      const { authorize } = await import('./authorize.js');
      exitCode = await authorize(account, { ...options(), ...own }, terminal);
    });
  command
    .command('forget <account>')
    .description('revoke the sign-in of a mail account at the provider, and remove what is kept of it')
    .option('--force', 'remove it here also where the provider does not revoke it')
    .action(async (account: string, own: { readonly force?: boolean }) => {
      const { forget } = await import('./forget.js');
      exitCode = await forget(account, { ...options(), ...own }, terminal);
    });
  command
    .command('rotate-key')
    .description('make a new key for what is kept encrypted, and encrypt everything with it')
    .action(async () => {
      const { rotateKey } = await import('./rotate-key.js');
      exitCode = await rotateKey(options(), terminal);
    });
  command
    .command('backup <folder>')
    .description('copy what is kept into a new folder, also while Ackmail runs')
    .action(async (folder: string) => {
      const { backup } = await import('./backup.js');
      exitCode = await backup(folder, options(), terminal);
    });
  command
    .command('restore <folder>')
    .description('put a backup into an empty data directory; what waited then is held back')
    .action(async (folder: string) => {
      const { restore } = await import('./restore.js');
      exitCode = await restore(folder, options(), terminal);
    });
  for (const add of [addOutbox, addReplies])
    add(command, terminal, (code) => {
      exitCode = code;
    });
  command
    .command('test <account>')
    .description('try the servers of a mail account step by step, and send it a mail')
    .option('--round-trip', 'send a mail to the watched mailbox, answer it, and read the answer')
    .action(async (account: string, own: { readonly roundTrip?: boolean }) => {
      const { testAccount } = await import('./test-account.js');
      exitCode = await testAccount(account, { ...options(), ...own }, terminal);
    });
  command
    .command('status')
    .description('show how accounts, actions and replies are doing')
    .option('--json', 'as JSON')
    .action(async (own: { readonly json?: boolean }) => {
      const { status } = await import('./status.js');
      exitCode = await status({ ...options(), ...own }, terminal);
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
    .option('--out <file>', 'write it to a file')
    .action(async (own: Omit<ReportOptions, 'config'>) => {
      const { report } = await import('./report.js');
      exitCode = await report({ ...options(), ...own }, terminal);
    });
  command
    .command('preview [action]')
    .description('show the mail that an action makes of an alert, and send nothing')
    .addOption(
      new Option('--sample <kind>', 'of a made-up alert, or of several (default: firing)').choices([
        ...sampleKinds,
        'digest',
      ]),
    )
    .addOption(new Option('--alert <id>', 'of a real alert').conflicts('sample'))
    .option('--out <folder>', 'as subject.txt, mail.txt and mail.html')
    .action(async (action: string | undefined, own: PreviewOptions) => {
      const { preview } = await import('./preview.js');
      exitCode = await preview(action, { ...options(), ...own }, terminal);
    });
  command
    .command('explain')
    .argument('[-]', 'standard input, where the refusal is read from')
    .description('say what a refusal of a provider or mail server means, and what to do')
    .option('--json', 'as JSON')
    .action(async (source: string | undefined, own: { readonly json?: boolean }) => {
      const { explain } = await import('./explain.js');
      exitCode = await explain(source, own, terminal);
    });

  try {
    await command.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    // Commander has said itself what is wrong; help and version end with 0.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    return printFailure(thrown, terminal);
  }
}
