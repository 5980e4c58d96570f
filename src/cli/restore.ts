import { join, resolve } from 'node:path';
import { heldName } from '../actions/held-name.js';
import { outboxItemType } from '../actions/outbox-item.js';
import { describe } from '../core/fault.js';
import type { Store } from '../core/store.js';
import { type BackupManifest, backupManifest } from '../store/backup-manifest.js';
import { keyId } from '../store/key-id.js';
import { loadKey } from '../store/load-key.js';
import { own } from '../store/own.js';
import { restore as restoring } from '../store/restore.js';
import { askOwner } from './ask-owner.js';
import { CommandError } from './command-error.js';
import { safeJson } from './safe-json.js';
import { type GlobalOptions, type SettingsContext, settingsContext } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import { withProgress } from './with-progress.js';

/**
 * `ackmail restore FOLDER`: puts a backup into the data directory, which must be empty or missing. What waited to be
 * told then is held back until a person decides. Answers the exit code.
 */
export async function restore(
  folder: string,
  options: GlobalOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const context = await settingsContext(options, terminal);
  const { dataDir } = context;
  const from = resolve(terminal.cwd, folder);
  const manifest = await backupManifest.read(from);
  if (!manifest)
    throw new CommandError(
      `${from} is no whole backup: it has no backup.json that can be read, which is written last.`,
      'Name the folder that `ackmail backup` made, or an older one if that was broken off.',
      2,
    );
  if (await askOwner(dataDir))
    throw new CommandError(`An Ackmail runs on ${dataDir}.`, 'Stop it first; restore into an empty folder.');
  await demandVacant(dataDir);

  const { bad } = styleFor(terminal);
  const damages: string[] = [];
  const ownership = await own(dataDir, (socket) => socket.destroy());
  let held = 0;
  try {
    await demandVacant(dataDir);
    await withProgress(terminal, 'Restoring', () =>
      restoring.run({
        from: join(from, 'data'),
        dir: dataDir,
        clock: terminal.clock,
        onDamage: ({ message, remedy }) => void damages.push(`${message} ${remedy}`),
        prepare: async (store) => {
          held = await hold(store);
        },
      }),
    );
  } finally {
    await ownership.close();
  }
  const problem = await keyProblem(manifest, context, terminal.env);
  if (options.json) {
    const { files, at } = manifest;
    const restored = { dataDir, files, at, held, damages, keyProblem: problem };
    terminal.stdout.write(`${safeJson(restored, 2)}\n`);
    return 0;
  }
  for (const damage of damages) terminal.stderr.write(`${damage}\n`);
  terminal.stdout.write(text(manifest, context, held, terminal));
  if (problem) terminal.stdout.write(`${bad('The key')}: ${problem}\n`);
  return 0;
}

async function demandVacant(dataDir: string): Promise<void> {
  if (await restoring.isVacant(dataDir)) return;
  throw new CommandError(
    `The data directory ${dataDir} is not empty; a restore never mixes two.`,
    'Move it away as it is (it holds what happened since the backup), then run this again.',
  );
}

/** Nobody is told of what waits until a person says so: it may have been told since the backup. */
async function hold(store: Store): Promise<number> {
  const items = store.collection('outbox', outboxItemType);
  const names = await items.names();
  // As many at once as share a sync of the disk well.
  for (let first = 0; first < names.length; first += 64)
    await Promise.all(names.slice(first, first + 64).map((name) => items.rename(name, heldName.of(name))));
  return names.length;
}

function text(
  { at, files }: BackupManifest,
  { dataDir }: SettingsContext,
  held: number,
  terminal: Pick<Terminal, 'rich'>,
): string {
  const { good } = styleFor(terminal);
  const lines = [
    `${good('Restored')}: ${files} files of the backup from ${at.toISOString()}, into ${dataDir}.`,
    ...(held > 0
      ? [
          `${held} events waited to be told then. They may have been told since, so they are held back; start Ackmail, and then:`,
          '  ackmail outbox retry --held    tells people of them now',
          '  ackmail outbox drop --held     puts them into the history only',
        ]
      : ['Nothing waited to be told then. Start Ackmail again.']),
  ];
  return `${lines.join('\n')}\n`;
}

/** What is wrong with the key, where what was restored cannot be opened with it. */
async function keyProblem(
  { kid }: BackupManifest,
  { dir, settings }: SettingsContext,
  env: Terminal['env'],
): Promise<string | undefined> {
  const what =
    'Put the copy of the key from then back before you start Ackmail; without it everybody signs in again, and replies to mails from before are not understood.';
  try {
    const { key, olderKeys, origin } = await loadKey({
      env,
      defaultFile: join(dir, 'ackmail.key'),
      // One that is made now opens nothing, and would hide that the right one is missing.
      mayMake: false,
      ...(settings.keyFile ? { keyFile: resolve(dir, settings.keyFile) } : {}),
    });
    if ([key, ...olderKeys].some((each) => keyId(each) === kid)) return undefined;
    return `${origin.name} has another one than the backup was made with. ${what}`;
  } catch (thrown) {
    return `${describe(thrown)} ${what}`;
  }
}
