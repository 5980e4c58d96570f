import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.js';
import { openWorkshop, recordingAction, toldAll } from './workshop.js';

// A process to be killed: it accepts the events that come as JSON lines, answers each with its id, and its
// two actions tell by appending a line to a file. Usage: crash-child DIR TOLD

const [dir = '', told = ''] = process.argv.slice(2);

const action = (name: string) =>
  recordingAction(name, async (events) => {
    await sleep(Math.random() * 3);
    for (const event of events) appendFileSync(told, `${name} ${event.id}\n`);
    return toldAll(events);
  });

const { pipeline, outbox, start } = await openWorkshop({
  dir,
  clock: systemClock,
  actions: [action('mail'), action('chat')],
});
await start();
process.stdout.write('ready\n');
const answers: Promise<void>[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  const answer = pipeline
    .handle(JSON.parse(line))
    .then(([outcome]) => void process.stdout.write(`${outcome?.eventId}\n`))
    .catch((error: unknown) => void process.stderr.write(`${error}\n`));
  answers.push(answer);
}
await Promise.all(answers);
while (outbox.status('mail').waiting + outbox.status('chat').waiting > 0) await sleep(5);
process.exit(0);
