import { open, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { bound, type Figure, figures } from './figures.js';
import { median } from './median.js';

const page = new URL('../docs/performance.md', import.meta.url);
const lastRun = /(<!-- the last run -->\n)[\s\S]*?(<!-- end of the last run -->)/;
const syncs = 50;

/** Puts one run into docs/performance.md: when and on which machine it was, and each figure. */
export async function updatePage(reached: Readonly<Record<string, number>>, at: Date): Promise<void> {
  const rows = figures.flatMap((figure) => {
    const value = reached[figure.name];
    return value === undefined ? [] : [row(figure, value)];
  });
  const run = [
    `On ${at.toISOString().slice(0, 10)}: ${await machine()}.`,
    '',
    '| figure | reached | wanted | what it means |',
    '| --- | ---: | ---: | --- |',
    ...rows,
    '',
  ].join('\n');
  const text = await readFile(page, 'utf8');
  await writeFile(
    page,
    text.replace(lastRun, (_, begin: string, end: string) => `${begin}\n${run}\n${end}`),
  );
}

/** What is missed stands in bold. */
function row(figure: Figure, value: number): string {
  const { name, means, wanted } = figure;
  const isMet = wanted === undefined || ('least' in wanted ? value >= wanted.least : value <= wanted.most);
  const number = value.toLocaleString('en');
  return `| \`${name}\` | ${isMet ? number : `**${number}**`} | ${bound(figure)} | ${means} |`;
}

/** What the figures depend on. */
async function machine(): Promise<string> {
  const [cpu] = cpus();
  return [
    `${availableParallelism()} cores (${cpu?.model.trim() || 'of unknown make'})`,
    `${Math.round(totalmem() / 2 ** 30)} GB of memory`,
    await disk(),
    `${type()} ${release().replace(/[-+].*/, '')}`,
    `Node ${process.versions.node}`,
  ].join(', ');
}

/** The file system that temporary files are on, by its magic number (statfs(2)), and how long an fsync takes there. */
async function disk(): Promise<string> {
  const names = new Map([
    [0xef53, 'ext4'],
    [0x58465342, 'XFS'],
    [0x9123683e, 'Btrfs'],
    [0x01021994, 'tmpfs'],
  ]);
  const name = names.get((await statfs(tmpdir())).type) ?? 'an unknown file system';
  const file = join(tmpdir(), `ackmail-bench-${process.pid}`);
  const handle = await open(file, 'wx');
  const tookMs: number[] = [];
  for (let sync = 0; sync < syncs; sync += 1) {
    await handle.write(Buffer.alloc(4_096));
    const startedAt = performance.now();
    await handle.sync();
    tookMs.push(performance.now() - startedAt);
  }
  await handle.close();
  await rm(file);
  return `${name} whose fsync takes ${median(tookMs).toFixed(1)} ms`;
}
