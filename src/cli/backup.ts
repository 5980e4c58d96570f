import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe } from '../core/fault.js';
import { backupManifest } from '../store/backup-manifest.js';
import { copyFile } from '../store/copy-file.js';
import { copyTree } from '../store/copy-tree.js';
import { hasCode } from '../store/has-code.js';
import { version } from '../version.js';
import { CommandError } from './command-error.js';
import { isWithin } from './is-within.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import { withProgress } from './with-progress.js';

/**
 * `ackmail backup FOLDER`: copies the data directory, as it stands at one moment, into a folder that is made for it
 * (0700), also while Ackmail runs. The key at rest is never among it. Answers the exit code.
 */
export async function backup(
  folder: string,
  options: GlobalOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal);
  const ending = new AbortController();
  const forget = terminal.onSignal((signal) => ending.abort(signal));
  try {
    const { dataDir } = owner.context;
    const target = resolve(terminal.cwd, folder);
    if (isWithin(dataDir, target))
      throw new CommandError(
        `${target} is within the data directory, which is what is copied.`,
        'Name a folder elsewhere, best on another disk.',
        2,
      );
    await make(target);
    try {
      for await (const { folder: snapshot, kid } of owner.control.upkeep.snapshot(ending.signal)) {
        const files = await withProgress(terminal, 'Copying', (say) => {
          let copied = 0;
          return copyTree(snapshot, join(target, 'data'), {
            async file(from, to) {
              await copyFile(from, to);
              copied += 1;
              say(`Copying: ${copied} files`);
            },
          });
        });
        if (ending.signal.aborted) break;
        const at = terminal.clock.now();
        await backupManifest.write(target, { ackmail: version, at, files, kid });
        terminal.stdout.write(
          options.json ? `${safeJson({ folder: target, files, at }, 2)}\n` : text(target, files, terminal),
        );
        return 0;
      }
    } catch (thrown) {
      await rm(target, { recursive: true, force: true });
      if (!ending.signal.aborted) throw thrown;
    }
    await rm(target, { recursive: true, force: true });
    return ending.signal.reason === 'SIGTERM' ? 143 : 130;
  } finally {
    forget();
    await owner.close();
  }
}

async function make(target: string): Promise<void> {
  try {
    await mkdir(target, { mode: 0o700 });
  } catch (thrown) {
    if (hasCode(thrown, 'EEXIST'))
      throw new CommandError(
        `${target} exists; a backup never replaces anything.`,
        'Name a folder that is not there yet.',
        2,
      );
    throw new CommandError(`${target} cannot be made: ${describe(thrown)}`, 'Name a folder elsewhere.', 2);
  }
}

function text(target: string, files: number, terminal: Pick<Terminal, 'rich'>): string {
  const { good } = styleFor(terminal);
  return `${good('Backed up')}: ${files} files in ${target}.
The key is not among them: keep a copy of it apart (ackmail.key beside the settings file, or wherever the settings say).
To restore: ackmail restore ${target}
`;
}
