import { join } from 'node:path';
import { filesOf, findSecrets, type NamedText } from './secret-search.js';

/** What the secrets of tests begin with, so that one look finds all of them. */
export const secretMark = 'the-secret-of-';

/**
 * Throws when a secret of the tests stands in the arguments of a process that has ended, in what it printed, or in the
 * data directory that it left in its folder.
 */
export async function checkForLeaks(cwd: string, args: readonly string[], output: string): Promise<void> {
  const files = await filesOf(join(cwd, 'data')).catch((): readonly NamedText[] => []);
  const texts: readonly NamedText[] = [['the arguments', args.join(' ')], ['the output', output], ...files];
  const found = findSecrets([secretMark], texts);
  if (found.length > 0) throw new Error(`A secret stands in\n${found.join('\n')}`);
}
