import { type Command, InvalidArgumentError, Option } from 'commander';
import type { WaitingChoice } from './choose-waiting.js';
import type { HistoryOptions } from './history.js';
import type { OutboxDropOptions } from './outbox-drop.js';
import type { OutboxListOptions } from './outbox-list.js';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

/** Adds `outbox` and `history` to the command: what waits to be told, and what happened. */
export function addOutbox(command: Command, terminal: Terminal, onEnd: (exitCode: number) => void): void {
  const options = () => command.opts<GlobalOptions>();
  const outbox = command.command('outbox').description('what waits to be told').helpCommand(false);
  const action = () => new Option('--action <name>', 'only of this action');
  const held = () => new Option('--held', 'only what came from a backup');
  const json = () => new Option('--json', 'as JSON');
  const limit = () =>
    new Option('-n, --limit <count>', 'how many to show at most').argParser(wholeNumber).default(50);

  outbox
    .command('list')
    .description('what waits, since when and why; the most urgent and oldest first')
    .addOption(action())
    .addOption(held())
    .addOption(limit())
    .addOption(json())
    .action(async (own: OutboxListOptions) => {
      const { outboxList } = await import('./outbox-list.js');
      onEnd(await outboxList({ ...options(), ...own }, terminal));
    });
  outbox
    .command('show <id>')
    .description('all that is known of one event that waits')
    .addOption(json())
    .action(async (id: string, own: { readonly json?: boolean }) => {
      const { outboxShow } = await import('./outbox-show.js');
      onEnd(await outboxShow(id, { ...options(), ...own }, terminal));
    });
  outbox
    .command('retry [ids...]')
    .description('try again now: what is named, else all that has failed')
    .addOption(action())
    .addOption(held())
    .addOption(json())
    .addHelpText('after', '\nExample:\n  ackmail outbox retry --action ops\n')
    .action(async (ids: string[], own: WaitingChoice & { readonly json?: boolean }) => {
      const { outboxRetry } = await import('./outbox-retry.js');
      onEnd(await outboxRetry({ ...options(), ...own, ids }, terminal));
    });
  outbox
    .command('drop [ids...]')
    .description('put it into the history, and tell nobody')
    .addOption(action())
    .addOption(held())
    .option('--all', 'everything')
    .option('--yes', 'without asking')
    .addOption(json())
    .addHelpText('after', '\nExample:\n  ackmail outbox drop 3f9a2c1e\n')
    .action(async (ids: string[], own: Omit<OutboxDropOptions, 'ids'>) => {
      const { outboxDrop } = await import('./outbox-drop.js');
      onEnd(await outboxDrop({ ...options(), ...own, ids }, terminal));
    });
  command
    .command('history')
    .description('what happened, the newest last')
    .option('--since <duration>', 'since when, such as 30m or 7d', '24h')
    .option('--alert <text>', 'only what has this text, such as the name of an alert')
    .option('--kind <kind...>', 'only these, such as sent, told, deferred, given-up, dropped, acknowledged')
    .addOption(limit())
    .option('--json', 'as JSON, one line each')
    .addHelpText('after', '\nExample:\n  ackmail history --since 7d --alert DiskFull --kind sent given-up\n')
    .action(async (own: HistoryOptions) => {
      const { history } = await import('./history.js');
      onEnd(await history({ ...options(), ...own }, terminal));
    });
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number from 1 on is wanted.');
}
