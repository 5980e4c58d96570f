import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExplainReplyOptions } from './explain-reply.js';
import type { RepliesOptions } from './replies.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** Adds `replies` and `explain-reply` to the command: why a reply counted or did not. */
export function addReplies(command: Command, terminal: Terminal, onEnd: (exitCode: number) => void): void {
  const options = () => command.opts<GlobalOptions>();

  command
    .command('replies')
    .description('how each reply was judged, and why; the newest first')
    .option('--since <duration>', 'since when, such as 30m or 7d', '24h')
    .option('--alert <text>', 'only replies to a mail with this text in its subject')
    .option('--from <address>', 'only from addresses with this text')
    .addOption(
      new Option('-n, --limit <count>', 'how many to show at most').argParser(upTo(100_000)).default(20),
    )
    .option('--json', 'as JSON, one line each')
    .addHelpText('after', '\nExample:\n  ackmail replies --from ops@example.com --since 7d\n')
    .action(async (own: RepliesOptions) => {
      const { replies } = await import('./replies.js');
      onEnd(await replies({ ...options(), ...own }, terminal));
    });
  command
    .command('explain-reply <file>')
    .helpGroup('To understand it:')
    .description(
      'say how a raw mail (a file, or - for standard input) would be judged and why; changes nothing',
    )
    .option('--text', 'it is only the text of a reply, not a raw mail')
    .addOption(
      new Option('--alerts <count>', 'how many alerts the mail tells of, where that is not on record')
        .argParser(upTo(1_000))
        .default(1),
    )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  ackmail explain-reply reply.eml\n')
    .action(async (source: string, own: Omit<ExplainReplyOptions, 'config'>) => {
      const { explainReply } = await import('./explain-reply.js');
      onEnd(await explainReply(source, { ...options(), ...own }, terminal));
    });
}

function upTo(most: number) {
  return (text: string): number => {
    if (/^[1-9]\d{0,5}$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`a whole number from 1 to ${most} is wanted.`);
  };
}
