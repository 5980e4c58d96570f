import { promises } from 'node:dns';

const timeoutMs = 2_000;
const tries = 2;

/** Looks up the TXT records of a name in the DNS of the system; a server that does not answer ends it in some seconds. */
export async function resolveTxt(name: string): Promise<string[][]> {
  return new promises.Resolver({ timeout: timeoutMs, tries }).resolveTxt(name);
}
