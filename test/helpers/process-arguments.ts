import { readdirSync, readFileSync } from 'node:fs';

/** The arguments of the processes that were begun here, directly or by one another. */
export interface ProcessArguments {
  /** Every command line that was seen, its arguments separated by spaces. */
  seen(): readonly string[];
  stop(): void;
}

const oftenMs = 25;

/** Looks again and again, by /proc, at the processes that descend from this one; on Linux alone. */
export function watchProcessArguments(): ProcessArguments {
  const lines = new Set<string>();
  const look = () => {
    for (const line of descendants(process.pid)) lines.add(line);
  };
  const timer = setInterval(look, oftenMs);
  return {
    seen: () => [...lines],
    stop: () => clearInterval(timer),
  };
}

function descendants(root: number): readonly string[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${name}/stat`))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const descends = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === root || descends(parents.get(pid)));
  return [...parents]
    .filter(([, parent]) => descends(parent))
    .map(([pid]) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
}

/** Empty for a process that is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
