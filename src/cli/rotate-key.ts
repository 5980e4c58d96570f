import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import { withProgress } from './with-progress.js';

/**
 * `ackmail rotate-key`: makes a new key at rest and encrypts everything with it. Answers the exit code, 1 when
 * something is left to do.
 */
export async function rotateKey(
  options: GlobalOptions & { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const owner = await openOwner(options, terminal);
  try {
    const rotated = await withProgress(terminal, 'Encrypting everything with a new key', () =>
      owner.control.upkeep.rotateKey(),
    );
    const { file, unopened, left } = rotated;
    if (options.json) {
      terminal.stdout.write(`${safeJson(rotated, 2)}\n`);
      return left === undefined ? 0 : 1;
    }
    const { good, bad } = styleFor(terminal);
    const lines = [
      `${good('Rotated')}: everything that is kept encrypted is encrypted with a new key, in ${file}.`,
      'Copy that file to where you keep its copy. The old key opens nothing but backups made before: keep its copy as long as those.',
      ...(unopened > 0
        ? [
            `${bad(`${unopened} encrypted with a key that is not known here`)} stay as they are; see ackmail status.`,
          ]
        : []),
      ...(left === undefined ? [] : [`${bad('Left to do')}: ${left}`]),
    ];
    terminal.stdout.write(`${lines.join('\n')}\n`);
    return left === undefined ? 0 : 1;
  } finally {
    await owner.close();
  }
}
