import { collectGarbage } from '../helpers/collect-garbage.js';

/** What is wrong with what came of an attack, and what it cost in milliseconds: of the processor, and in all. */
export interface Suffered {
  readonly faults: readonly string[];
  readonly cpuMs: number;
  readonly ms: number;
}

const longestMs = 1_000;
const mostMegabytes = 300;

const unhandled: unknown[] = [];
for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (thrown) => unhandled.push(thrown));

/**
 * Suffers one attack after the other and prints how many there were of each kind, and what they cost. Answers what is
 * wrong, also where one takes more than a second of the processor, or all of them leave more than 300 MB in use.
 */
export async function sufferAll<A extends { readonly kind: string; readonly name: string }>(
  attacks: readonly A[],
  suffer: (attack: A) => Promise<Suffered>,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const kinds = new Map<string, number>();
  let slowest = { cpuMs: 0, name: '' };
  let longest = { ms: 0, name: '' };
  const before = process.resourceUsage().maxRSS;
  for (const attack of attacks) {
    const name = `${attack.kind}, ${attack.name}`;
    // What an attack before left behind is not its own.
    await collectGarbage(1);
    const { faults: own, cpuMs: once, ms } = await suffer(attack);
    faults.push(...own.map((fault) => `${name}: ${fault}`));
    // On a busy machine the processor itself is slower: what takes long does so again.
    const cpuMs = once < longestMs ? once : Math.min(once, (await suffer(attack)).cpuMs);
    if (cpuMs > longestMs) faults.push(`${name}: it took ${Math.round(cpuMs)} ms`);
    kinds.set(attack.kind, (kinds.get(attack.kind) ?? 0) + 1);
    if (cpuMs > slowest.cpuMs) slowest = { cpuMs, name };
    if (ms > longest.ms) longest = { ms, name };
  }
  const megabytes = Math.round((process.resourceUsage().maxRSS - before) / 1_024);
  for (const [kind, each] of kinds) console.log(`${String(each).padStart(4)} ${kind}`);
  console.log(
    `${String(attacks.length).padStart(4)} attacks; the slowest took ${Math.round(slowest.cpuMs)} ms of the processor (${slowest.name}), the longest ${Math.round(longest.ms)} ms with its stalls (${longest.name}); memory grew by ${megabytes} MB at most`,
  );
  if (megabytes >= mostMegabytes) faults.push(`memory grew by ${megabytes} MB`);
  return [...faults, ...unhandled.map((thrown) => `unhandled: ${String(thrown)}`)];
}
