import type { Command } from 'commander';
import type { GlobalOptions } from './settings-context.js';
import type { Terminal } from './terminal.js';

type Json = { readonly json?: boolean };

/** Adds the upkeep of what is kept to the command: `backup`, `restore`, `rotate-key` and `forget`. */
export function addUpkeep(command: Command, terminal: Terminal, onEnd: (exitCode: number) => void): void {
  const options = () => command.opts<GlobalOptions>();
  command.commandsGroup('Upkeep:');

  command
    .command('backup <folder>')
    .description('copy what is kept into a new folder, also while Ackmail runs')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  ackmail backup /mnt/other-disk/ackmail-$(date +%F)\n')
    .action(async (folder: string, own: Json) => {
      const { backup } = await import('./backup.js');
      onEnd(await backup(folder, { ...options(), ...own }, terminal));
    });
  command
    .command('restore <folder>')
    .description('put a backup into an empty data directory; what waited then is held back')
    .option('--json', 'as JSON')
    .action(async (folder: string, own: Json) => {
      const { restore } = await import('./restore.js');
      onEnd(await restore(folder, { ...options(), ...own }, terminal));
    });
  command
    .command('rotate-key')
    .description('make a new key for what is kept encrypted, and encrypt everything with it')
    .option('--json', 'as JSON')
    .action(async (own: Json) => {
      const { rotateKey } = await import('./rotate-key.js');
      onEnd(await rotateKey({ ...options(), ...own }, terminal));
    });
  command
    .command('forget <account>')
    .description('revoke the sign-in of a mail account at the provider, and remove what is kept of it')
    .option('--force', 'remove it here also where the provider does not revoke it')
    .option('--json', 'as JSON')
    .action(async (account: string, own: Json & { readonly force?: boolean }) => {
      const { forget } = await import('./forget.js');
      onEnd(await forget(account, { ...options(), ...own }, terminal));
    });
}
