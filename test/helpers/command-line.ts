import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/cli/main.js');

/**
 * The arguments of node that run `ackmail`: as it was built, since that starts three times as fast; from source where
 * that is missing or older than the source.
 */
export const commandLine: readonly string[] = isBuilt()
  ? [built]
  : ['--import', import.meta.resolve('tsx'), join(root, 'src/cli/main.ts')];

function isBuilt(): boolean {
  if (!existsSync(built)) return false;
  const newest = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(root, 'src', name)).mtimeMs)
    .reduce((one, other) => Math.max(one, other), 0);
  return statSync(built).mtimeMs >= newest;
}
