import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../helpers/free-port.js';
import { headerField } from '../helpers/lab.js';
import { createRandom } from '../helpers/random.js';
import { startSubmissionServer, type TakenMail } from '../helpers/submission-server.js';
import { until } from '../helpers/until.js';
import { createDeliveries, type Deliveries } from './deliveries.js';
import { startServe } from './serve-process.js';

// Kills `ackmail serve` at random moments while Alertmanager posts and mail leaves, and starts it again. What
// Alertmanager got no 2xx for it posts again; of the rest nobody knows any more but the data directory.
// CRASH_SEED=N repeats the choices of an earlier run; CRASH_ROUNDS=N makes more rounds, as `npm run crash` does.

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e9));
const rounds = Number(process.env['CRASH_ROUNDS'] ?? 20);
/** Its alerts all stay open, and a start reads those: so many rounds, and a new data directory. */
const roundsAnInstallation = 50;
const alertsARound = 200;
const senders = 6;
const connections = 3;
const patienceMs = 30_000;
const secret = 'the-secret-of-the-hook';
const login = { user: 'alerts@example.com', pass: 'the-password' };
const random = createRandom(seed);

interface Post {
  readonly names: readonly string[];
  readonly body: string;
}

test('Killed at any moment, serve loses no alert that was answered with 2xx.', async () => {
  console.log(`CRASH_SEED=${seed}`);
  const port = await freePort();
  const silentPort = await freePort();
  /** Looks whether the moment of the next kill has come; called whenever something has happened. */
  let look = () => {};
  const named = new Set<string>();
  const deliveries = createDeliveries();
  const sink = await startSubmissionServer({
    password: login,
    sink: true,
    onMail(mail) {
      deliveries.add(mail);
      named.add(nameIn(mail));
      look();
    },
  });
  const install = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ackmail-crash-'));
    await writeFile(join(folder, 'ackmail.yaml'), JSON.stringify(settings(port, sink.port, silentPort)));
    return folder;
  };
  let dir = await install();

  const answered = new Set<string>();
  const took: Took[] = [];
  let serving = startServe(dir);
  const killAndRestart = async () => {
    serving.kill('SIGKILL');
    deliveries.killed(sink.connections());
    assert.is(await serving.ended, 'SIGKILL', serving.output());
    serving = startServe(dir);
  };

  /** Ends the installation as an administrator does; nothing may be left to be told then. */
  const remove = async () => {
    serving.kill('SIGTERM');
    assert.is(await serving.ended, 0);
    assert.equal(await readdir(join(dir, 'data/outbox')), []);
    await rm(dir, { recursive: true });
  };

  try {
    await serving.ready;
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0 && round % roundsAnInstallation === 0) {
        console.log(summary(took, deliveries));
        await remove();
        dir = await install();
        serving = startServe(dir);
        await serving.ready;
      }
      const startedAt = performance.now();
      const mailsBefore = sink.count();
      const names = Array.from({ length: alertsARound }, (_, index) => `r${round}a${index}`);
      const answeredBefore = answered.size;
      const progress = () => answered.size - answeredBefore + sink.count() - mailsBefore;
      /** Kills it when so much was answered and mailed, in that very moment or a little later. */
      const killAt = (share: number) =>
        new Promise<void>((resolve, reject) => {
          look = () => {
            if (progress() < share * 2 * alertsARound) return;
            look = () => {};
            clearTimeout(late);
            const delayMs = random.whole(-1, 3);
            const restarted = delayMs < 0 ? killAndRestart() : sleep(delayMs).then(killAndRestart);
            void restarted.then(resolve, reject);
          };
          // What was lost makes no progress: the next look is to find that out.
          const late = setTimeout(() => void killAndRestart().then(resolve, reject), patienceMs);
          look();
        });

      const moments = [random.between(0, 0.97)];
      // Sometimes again while it recovers, at once while it starts.
      if (random.whole(1, 4) === 1) moments.push(random.between(moments[0] ?? 0, 0.97));
      const posts = shareOut(names);
      const sending = Promise.all(
        Array.from({ length: senders }, async () => {
          for (let post = posts.pop(); post !== undefined; post = posts.pop()) {
            while (!(await isTaken(port, post))) await serving.ready;
            for (const name of post.names) answered.add(name);
            look();
          }
        }),
      );
      for (const moment of moments) await killAt(moment);
      await sending;
      const isTold = () => named.size === (round + 1) * alertsARound;
      await until(`the mails of round ${round}`, isTold, patienceMs).catch(() => {});
      took.push({ ms: performance.now() - startedAt, kills: moments.length });
      const lost = names.filter((name) => answered.has(name) && !named.has(name));
      assert.equal(lost, [], `round ${round}, seed ${seed}\n${serving.output().slice(-2_000)}`);
      assert.ok(Math.max(...deliveries.repeats()) <= connections, `round ${round}, seed ${seed}`);
    }
    await remove();
    console.log(summary(took, deliveries));
    assert.is(answered.size, rounds * alertsARound);
    assert.equal(deliveries.faulty(), [], `the same bytes, seed ${seed}`);
    assert.is(deliveries.messages(), rounds * alertsARound, `one message an alert, seed ${seed}`);
  } finally {
    serving.kill('SIGKILL');
    await serving.ended;
    await sink.close();
    await rm(dir, { recursive: true, force: true });
  }
});

function settings(port: number, smtpPort: number, silentPort: number) {
  const smtp = { host: '127.0.0.1', port: smtpPort, security: 'none', connections };
  return {
    accounts: { alerts: { mailbox: login.user, grant: 'password', password: login.pass, smtp } },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
    monitors: { prod: { type: 'alertmanager', url: `http://127.0.0.1:${silentPort}`, secret } },
    http: { listen: `127.0.0.1:${port}` },
  };
}

/** Alertmanager's webhooks for these alerts, some with one and some with several. */
function shareOut(names: readonly string[]): Post[] {
  const posts: Post[] = [];
  for (let first = 0; first < names.length; first += posts.at(-1)?.names.length ?? 1) {
    const own = names.slice(first, first + random.whole(1, 8));
    const alerts = own.map((name) => ({
      status: 'firing',
      labels: { alertname: 'DiskFull', instance: name, severity: 'critical' },
      annotations: { summary: `The disk of ${name} is full` },
      startsAt: new Date().toISOString(),
      endsAt: '0001-01-01T00:00:00Z',
      fingerprint: name,
    }));
    posts.push({ names: own, body: JSON.stringify({ version: '4', alerts }) });
  }
  return posts;
}

/** Posts as Alertmanager does; true for an answer of 2xx. */
async function isTaken(port: number, { body }: Post): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/monitors/prod`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body,
    });
    await response.body?.cancel();
    if (response.ok) return true;
  } catch {
    // The process went away.
  }
  await sleep(5);
  return false;
}

/** The alert that a mail names. */
function nameIn({ raw }: TakenMail): string {
  return / on (\w+)$/.exec(headerField(raw, 'Subject'))?.[1] ?? '';
}

/** A round: how long it took until all its mails were there, and how often serve was killed in it. */
interface Took {
  readonly ms: number;
  readonly kills: number;
}

function summary(took: readonly Took[], deliveries: Deliveries): string {
  const repeats = deliveries.repeats();
  const repeated = repeats.reduce((sum, count) => sum + count, 0);
  const [once, again] = [true, false].map((single) =>
    times(took.filter(({ kills }) => (kills === 1) === single)),
  );
  return `${took.length} rounds, ${repeats.length} kills, 0 of ${deliveries.messages()} alerts lost, ${repeated} mails sent twice, at most ${Math.max(...repeats)} for one kill; rounds of one kill took ${once}, those of more ${again}`;
}

function times(took: readonly Took[]): string {
  const sorted = took.map(({ ms }) => Math.round(ms)).toSorted((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)] ?? 0} ms (median), ${sorted.at(-1) ?? 0} ms (slowest)`;
}

test.run();
