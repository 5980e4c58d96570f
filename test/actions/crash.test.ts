import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import type { RaisedEvent } from '../../src/core/alert.js';
import { inFolder, raised, start, until } from './workshop.js';

const rounds = 10;
const alertsARound = 20;
const script = fileURLToPath(new URL('crash-child.ts', import.meta.url));

const record = z.object({ told: z.array(z.object({ action: z.string(), eventId: z.string() })) });

test('Killed at any moment, with the same events again afterwards: nothing accepted is lost, nothing on record is told twice.', () =>
  inFolder(async (dir) => {
    const toldFile = `${dir}.told`;
    const events: RaisedEvent[] = [];
    const accepted = new Set<string>();
    let onRecord = new Map<string, number>();
    const twice: string[] = [];

    const lookAt = async () => {
      const counts = await toldCounts(toldFile);
      for (const [told, count] of onRecord) if ((counts.get(told) ?? 0) > count) twice.push(told);
      onRecord = new Map((await recorded(dir)).map((told) => [told, counts.get(told) ?? 0]));
      return counts;
    };

    for (let round = 0; round < rounds; round += 1) {
      for (let count = 0; count < alertsARound; count += 1) events.push(...firingAndEnd(`${round}-${count}`));
      const child = begin(dir, toldFile);
      const lines = createInterface({ input: child.stdout ?? process.stdin });
      const gone = new Promise((resolve) => child.on('exit', resolve));
      await new Promise<void>((resolve) => {
        lines.on('line', (line) => (line === 'ready' ? resolve() : accepted.add(line)));
        child.on('exit', () => resolve());
      });
      // What was not answered comes again, as from a monitor that got no 2xx, and some of the rest too.
      for (const event of events)
        if (!accepted.has(event.id) || Math.random() < 0.2) child.stdin?.write(`${JSON.stringify(event)}\n`);
      // At any moment: before the first answer in some rounds, among the answers in others.
      const answers = round % 2 === 0 ? 0 : accepted.size + Math.floor(Math.random() * alertsARound);
      await until(() => accepted.size >= answers, `${answers} answers`);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
      child.kill('SIGKILL');
      await gone;
      await lookAt();
    }

    const last = begin(dir, toldFile);
    createInterface({ input: last.stdout ?? process.stdin }).on('line', (line) => accepted.add(line));
    const gone = new Promise((resolve) => last.on('exit', resolve));
    last.stdin?.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    assert.is(await gone, 0);
    const counts = await lookAt();

    assert.is(events.filter((event) => accepted.has(event.id)).length, events.length);
    const lost = events.flatMap(({ id }) =>
      [`mail ${id}`, `chat ${id}`].filter((told) => (counts.get(told) ?? 0) === 0),
    );
    assert.equal(lost, []);
    assert.equal(twice, []);
    assert.is((await readdir(join(dir, 'outbox'))).length, 0);
  }));

function firingAndEnd(name: string): readonly RaisedEvent[] {
  const alert = { fingerprint: `prod/${name}` };
  const endsAt = new Date(start.getTime() + 60_000);
  return [raised(`f${name}`, 'fired', alert), raised(`r${name}`, 'resolved', { ...alert, endsAt }, endsAt)];
}

function begin(dir: string, toldFile: string): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', script, dir, toldFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin?.on('error', () => {});
  return child;
}

/** How often each was told, as `action event`. */
async function toldCounts(file: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const line of (await readFile(file, 'utf8').catch(() => '')).split('\n'))
    if (line !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** What the alerts' records on disk say was told. */
async function recorded(dir: string): Promise<readonly string[]> {
  const folder = join(dir, 'alerts');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const records = await Promise.all(
    names.map(async (name) => record.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
  );
  return records.flatMap(({ told }) => told.map(({ action, eventId }) => `${action} ${eventId}`));
}

test.run();
