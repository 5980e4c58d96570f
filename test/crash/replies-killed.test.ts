import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/core/clock.js';
import { type ScriptedAlertmanager, startScriptedAlertmanager } from '../helpers/alertmanager.js';
import { freePort } from '../helpers/free-port.js';
import { startImapServer, type TestImapServer } from '../helpers/imap-server.js';
import { headerField, person } from '../helpers/lab.js';
import { createRandom } from '../helpers/random.js';
import { authservId } from '../helpers/received.js';
import { type SubmissionServer, startSubmissionServer } from '../helpers/submission-server.js';
import { until } from '../helpers/until.js';
import { type Correspondence, createCorrespondence } from './correspondence.js';
import { createExecutioner, moments } from './executioner.js';
import { startServe } from './serve-process.js';

// Kills `ackmail serve` on the way from a reply to its acknowledgement, while replies keep coming, and starts it again.
// Mailbox and Alertmanager survive; Alertmanager knows by the source in its comment which silence it has already.
// CRASH_SEED=N repeats the choices of an earlier run; CRASH_KILLS=N kills more often, as `npm run crash:replies` does.

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e9));
const kills = Number(process.env['CRASH_KILLS'] ?? 20);
/** Its silences are all asked for each time: so many kills, and everything begins anew. */
const killsAnInstallation = 40;
const patienceMs = 60_000;
const mostUnderWay = 6;
const alertsAtOnce = 20;
const secret = 'the-secret-of-the-hook';
const login = { user: 'alerts@example.com', pass: 'the-secret-of-the-mailbox' };
const random = createRandom(seed);

test('Killed at any moment, serve acknowledges each reply once and forgets none.', async () => {
  console.log(`CRASH_SEED=${seed}`);
  const totals = { kills: 0, replies: 0, duplicates: 0, answersAgain: 0, others: 0 };
  const took: number[] = [];
  for (let left = kills; left > 0; left -= killsAnInstallation)
    await killOneInstallation(Math.min(left, killsAnInstallation), totals, took);
  const sorted = took.toSorted((one, other) => one - other).map(Math.round);
  console.log(
    `${totals.kills} kills, ${totals.replies} replies acknowledged once each and none forgotten, Alertmanager was asked again about ${totals.duplicates} that it had, ${totals.answersAgain} answers were sent twice, ${totals.others} mails of others are as they were; from one kill to the next ${sorted[sorted.length >> 1]} ms (median), ${sorted.at(-1)} ms (slowest)`,
  );
});

async function killOneInstallation(
  wanted: number,
  totals: { kills: number; replies: number; duplicates: number; answersAgain: number; others: number },
  took: number[],
): Promise<void> {
  const executioner = createExecutioner(() => serving, patienceMs);
  const { happens } = executioner;
  const port = await freePort();
  const imap = await startImapServer({
    users: { [login.user]: login.pass },
    onCommand: (line) => {
      if (/ UID FETCH .*BODY\.PEEK\[HEADER\]/.test(line)) happens('headers are asked for');
      else if (/ UID FETCH .*BODY\.PEEK\[\]/.test(line)) happens('a body is asked for');
      else if (/ UID MOVE /.test(line)) happens('the mail is marked');
    },
  });
  const people = createCorrespondence(imap, random);
  const answers = new Map<string, number>();
  const smtp = await startSubmissionServer({
    password: login,
    sink: true,
    onMail({ raw }) {
      if (!/^<answer-/.test(headerField(raw, 'Message-ID'))) return people.receive(raw);
      const about = `${headerField(raw, 'Message-ID')} ${headerField(raw, 'In-Reply-To')}`;
      answers.set(about, (answers.get(about) ?? 0) + 1);
      happens('an answer is sent');
    },
  });
  const alertmanager = await startScriptedAlertmanager(systemClock, (request, when) => {
    if (request === 'GET /api/v2/silences' && when === 'asked') return happens('Alertmanager is asked');
    if (request !== 'POST /api/v2/silences') return false;
    return happens(
      when === 'asked' ? 'Alertmanager is told, and does not hear it' : 'Alertmanager has made the silence',
    );
  });
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-replies-'));
  await writeFile(join(dir, 'ackmail.yaml'), JSON.stringify(settings(port, smtp, imap, alertmanager)));
  const start = () => startServe(dir, random.whole(1, 14));
  let serving = start();
  const ending = new AbortController();
  const failed = (thrown: unknown) => ({ thrown });
  const supplying = supply(port, alertmanager, people, ending.signal).catch(failed);
  const writing = write(people, ending.signal).catch(failed);

  try {
    for (let kill = 0; kill < wanted; kill += 1) {
      const startedAt = performance.now();
      const moment = moments[totals.kills % moments.length] ?? 'any moment';
      const come = moment === 'any moment' ? sleep(random.whole(0, 2_000)) : undefined;
      await (come
        ? come.then(() => serving.kill('SIGKILL'))
        : executioner.killAt(moment, random.whole(1, 3)));
      assert.is(await serving.ended, 'SIGKILL', `${moment}, seed ${seed}\n${serving.output().slice(-2_000)}`);
      took.push(performance.now() - startedAt);
      totals.kills += 1;
      serving = start();
    }
    ending.abort();
    assert.equal(await Promise.all([supplying, writing]), [undefined, undefined]);
    people.writeReply();
    await until('every reply to be marked', () => people.unmarked().length === 0, patienceMs).catch(() => {
      assert.equal(people.unmarked(), [], `seed ${seed}\n${serving.output().slice(-2_000)}`);
    });
    const asked = () => [...answers.keys()].join('\n');
    await until('every question', () => people.questions().every((id) => asked().includes(id)), patienceMs);
    const open = async () =>
      (await readdir(join(dir, 'data/replies'))).filter((name) => name.startsWith('open.'));
    await until('every record to be closed', async () => (await open()).length === 0, patienceMs);
    serving.kill('SIGTERM');
    assert.is(await serving.ended, 0, serving.output().slice(-2_000));

    const silences = alertmanager.silences().map(({ comment }) => comment);
    const made = people
      .words()
      .map((word) => silences.filter((comment) => comment.startsWith(`ACK! ${word} (`)).length);
    assert.ok(
      made.every((count) => count === 1),
      `silences for each reply: ${made}, seed ${seed}`,
    );
    assert.is(silences.length, people.words().length, 'nothing else was acknowledged');
    assert.equal(people.touched(), [], `seed ${seed}`);
    assert.equal(await open(), []);
    assert.equal(await unanswered(join(dir, 'data')), [], `seed ${seed}`);
    totals.replies += made.length;
    totals.others += people.others();
    const answersAgain = [...answers.values()].reduce((sum, count) => sum + count - 1, 0);
    assert.ok(answersAgain <= wanted, `${answersAgain} answers sent again for ${wanted} kills, seed ${seed}`);
    totals.answersAgain += answersAgain;
    totals.duplicates += await duplicatesIn(join(dir, 'data/history'));
  } finally {
    ending.abort();
    serving.kill('SIGKILL');
    await serving.ended;
    await Promise.all([imap.close(), smtp.close(), alertmanager.close()]);
    await rm(dir, { recursive: true, force: true });
  }
}

/** Lets new alerts fire whenever few mails are left to be answered, and posts them until they are taken. */
async function supply(
  port: number,
  alertmanager: ScriptedAlertmanager,
  people: Correspondence,
  signal: AbortSignal,
): Promise<void> {
  for (let number = 0; !signal.aborted; number += alertsAtOnce) {
    const startsAt = new Date();
    const alerts = Array.from({ length: alertsAtOnce }, (_, index) => ({
      labels: { alertname: 'DiskFull', instance: `a${number + index}`, severity: 'critical' },
      startsAt,
    }));
    for (const { labels } of alerts) alertmanager.fire(labels, startsAt);
    const body = alertmanager.webhook(...alerts);
    while (!signal.aborted && !(await isTaken(port, body))) await sleep(20);
    const before = people.unanswered();
    while (!signal.aborted && (people.unanswered() >= alertsAtOnce || people.unanswered() === before))
      await sleep(20);
  }
}

/** Keeps some mails under way, whether anybody reads them or not. */
async function write(people: Correspondence, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (people.unanswered() > 0 && people.unmarked().length < mostUnderWay) people.write();
    await sleep(random.whole(1, 30));
  }
}

async function isTaken(port: number, body: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/monitors/prod`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body,
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function settings(
  port: number,
  smtp: SubmissionServer,
  imap: TestImapServer,
  alertmanager: ScriptedAlertmanager,
) {
  const server = { host: '127.0.0.1', security: 'none' };
  return {
    accounts: {
      alerts: {
        ...{ mailbox: login.user, grant: 'password', password: login.pass },
        // One at a time, so that a kill repeats one answer at most.
        smtp: { ...server, port: smtp.port, connections: 1 },
        imap: { ...server, port: imap.port },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
    acknowledgement: { account: 'alerts', authservId, allow: ['*@example.com'] },
    monitors: { prod: { type: 'alertmanager', url: alertmanager.url, secret } },
    http: { listen: `127.0.0.1:${port}` },
  };
}

/** The replies that were taken and of which their author was not told, or is not going to be. */
async function unanswered(dataDir: string): Promise<readonly string[]> {
  const read = async (collection: string) => {
    const folder = join(dataDir, collection);
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    return Promise.all(files.map(async (file) => readFile(join(folder, file), 'utf8')));
  };
  const taken = (await read('replies')).flatMap((text) => /"source":\s*"(\w+)"/.exec(text)?.[1] ?? []);
  assert.ok(taken.length > 0);
  const answers = (await read('answers')).join('\n');
  return taken.filter((source) => !answers.includes(`"c${source}"`));
}

/** How often Alertmanager was found to have what it was told again, as the history says. */
async function duplicatesIn(folder: string): Promise<number> {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.join('\n').split('"outcome":"duplicate"').length - 1;
}

test.run();
