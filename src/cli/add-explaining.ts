import { type Command, Option } from 'commander';
import { sampleKinds } from '../actions/email/sample-event.js';
import type { PreviewOptions } from './preview.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** Adds what explains and shows, and does nothing, to the command: `explain` and `preview`. */
export function addExplaining(command: Command, terminal: Terminal, onEnd: (exitCode: number) => void): void {
  const options = () => command.opts<GlobalOptions>();
  command.commandsGroup('To understand it:');

  command
    .command('explain')
    .argument('[-]', 'standard input, where the refusal is read from')
    .description('say what a refusal of a provider or mail server means, and what to do')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  ackmail explain - < refusal.txt\n')
    .action(async (source: string | undefined, own: { readonly json?: boolean }) => {
      const { explain } = await import('./explain.js');
      onEnd(await explain(source, own, terminal));
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
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  ackmail preview ops --sample digest --out ./look\n')
    .action(async (action: string | undefined, own: PreviewOptions) => {
      const { preview } = await import('./preview.js');
      onEnd(await preview(action, { ...options(), ...own }, terminal));
    });
}
