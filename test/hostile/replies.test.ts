import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { person } from '../ack/scene.js';
import { automaticMails } from './mails/automatic-mails.js';
import { encodingBombs } from './mails/encoding-bombs.js';
import { endlessMails } from './mails/endless-mails.js';
import { forgedReferences } from './mails/forged-references.js';
import { forgedResults } from './mails/forged-results.js';
import { forgedSenders } from './mails/forged-senders.js';
import { type HostileMail, letter, type Policy } from './mails/hostile-mail.js';
import { mimeBombs } from './mails/mime-bombs.js';
import { nestedMails } from './mails/nested-mails.js';
import { oddTexts } from './mails/odd-texts.js';
import { replayedMails, takenMail } from './mails/replayed-mails.js';
import { slowPatterns } from './mails/slow-patterns.js';
import { type Reader, type Reading, startReader } from './reader.js';

// Each mail goes the whole way, from a mailbox to the host, and an honest reply behind it. What the processor does for
// one is measured, not the time by a clock: other tests run at the same time.

const mails: readonly HostileMail[] = [
  ...forgedSenders,
  ...forgedResults,
  ...forgedReferences,
  ...automaticMails,
  ...nestedMails,
  ...mimeBombs,
  ...encodingBombs,
  ...endlessMails,
  ...slowPatterns,
  ...oddTexts,
];
const longestMs = 1_000;
const mostMegabytes = 500;
const acts: readonly HostileMail['expected'][] = ['acknowledge', 'unacknowledge', 'comment'];

const unhandled: unknown[] = [];
for (const event of ['unhandledRejection', 'uncaughtException'] as const)
  process.on(event, (thrown) => unhandled.push(thrown));

let count = 0;
/** The id of a mail that nobody has answered yet. */
const nextId = () => {
  count += 1;
  return `case${String(count).padStart(9, '0')}`;
};

/** What is wrong with what became of a mail, one line for each. */
function faultsOf({ kind, name, expected }: HostileMail, { verdict, reason, calls, cpuMs }: Reading) {
  const faults: string[] = [];
  if (verdict !== expected) faults.push(`is ${verdict} (${reason}) in place of ${expected}`);
  if (calls.length !== (acts.includes(verdict) ? 1 : 0)) faults.push(`told the host ${calls.length} times`);
  for (const { author, comment } of calls) {
    if (author !== person) faults.push(`acted for ${author}`);
    if (/[\p{Cc};\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(comment) || comment.length > 1_000)
      faults.push(`told the host ${JSON.stringify(comment.slice(0, 100))}`);
  }
  if (cpuMs > longestMs) faults.push(`took ${Math.round(cpuMs)} ms`);
  return faults.map((fault) => `${kind}, ${name}: ${fault}`);
}

test('No hostile mail acknowledges wrongly, and each is judged in under a second.', async () => {
  const readers = new Map<Policy, Reader>();
  for (const policy of ['generic', 'microsoft365', 'google'] as const)
    readers.set(policy, await startReader(policy));
  const reader = (policy: Policy = 'generic') => readers.get(policy) as Reader;
  const faults: string[] = [];
  const kinds = new Map<string, number>();
  let slowest = { cpuMs: 0, name: '' };
  const before = process.resourceUsage().maxRSS;
  for (const mail of mails) {
    const reading = await reader(mail.policy).read(mail.write(nextId()));
    faults.push(...faultsOf(mail, reading));
    kinds.set(mail.kind, (kinds.get(mail.kind) ?? 0) + 1);
    if (reading.cpuMs > slowest.cpuMs) slowest = { cpuMs: reading.cpuMs, name: `${mail.kind}, ${mail.name}` };
    const honest = await reader().read(Buffer.from(letter(nextId())));
    if (honest.calls.length !== 1) faults.push(`${mail.name}: then an honest reply was ${honest.verdict}`);
  }
  const megabytes = Math.round((process.resourceUsage().maxRSS - before) / 1_024);
  const answered = [...readers.values()].flatMap((each) => each.answered);
  for (const each of readers.values()) await each.close();

  for (const [kind, each] of [...kinds].toSorted(([one], [other]) => (one < other ? -1 : 1)))
    console.log(`${String(each).padStart(4)} ${kind}`);
  console.log(
    `${String(mails.length).padStart(4)} mails; the slowest took ${Math.round(slowest.cpuMs)} ms (${slowest.name}); memory grew by ${megabytes} MB at most`,
  );
  assert.equal(faults, []);
  assert.equal([...new Set(answered)], [person]);
  assert.ok(mails.length >= 300);
  assert.ok(megabytes < mostMegabytes, `${megabytes} MB`);
  assert.equal(unhandled, []);
});

test('A reply that was taken acts no second time, however it comes again.', async () => {
  const reader = await startReader('generic');
  const taken = nextId();
  assert.is((await reader.read(Buffer.from(takenMail(taken)))).calls.length, 1);
  for (const mail of replayedMails) {
    const { verdict, reason, calls } = await reader.read(mail.write(taken));
    assert.equal(calls, [], mail.name);
    assert.is(verdict, mail.expected, `${mail.name}: ${reason}`);
  }
  console.log(`${String(replayedMails.length).padStart(4)} replayed`);
  await reader.close();
});

test.run();
