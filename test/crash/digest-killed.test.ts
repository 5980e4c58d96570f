import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../helpers/free-port.js';
import { headerField } from '../helpers/lab.js';
import { createRandom } from '../helpers/random.js';
import { startSubmissionServer, type TakenMail } from '../helpers/submission-server.js';
import { until } from '../helpers/until.js';
import { startServe } from './serve-process.js';

// Kills `ackmail serve` while its budget is short, so that mails tell of many alerts at once.

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 1e9));
const random = createRandom(seed);
const rounds = 6;
const alertsARound = 120;
const connections = 3;
const secret = 'the-secret-of-the-hook';
const login = { user: 'alerts@example.com', pass: 'the-password' };

test('Killed while mails tell of many alerts, serve names every alert, and what comes twice is the same.', async () => {
  console.log(`CRASH_SEED=${seed}`);
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-crash-'));
  const port = await freePort();
  let look = () => {};
  const named = new Set<string>();
  const sink = await startSubmissionServer({
    password: login,
    onMail(mail) {
      for (const name of namesIn(mail)) named.add(name);
      look();
    },
  });
  const smtp = { host: '127.0.0.1', port: sink.port, security: 'none', connections };
  const settings = {
    accounts: {
      alerts: {
        ...{ mailbox: login.user, grant: 'password', password: login.pass },
        smtp: { ...smtp, rate: { burst: 8, perMinute: 600 } },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
    monitors: { prod: { type: 'alertmanager', url: `http://127.0.0.1:${await freePort()}`, secret } },
    http: { listen: `127.0.0.1:${port}` },
  };
  await writeFile(join(dir, 'ackmail.yaml'), JSON.stringify(settings));
  let serving = startServe(dir);
  try {
    await serving.ready;
    for (let round = 0; round < rounds; round += 1) {
      const names = Array.from({ length: alertsARound }, (_, index) => `r${round}a${index}x`);
      const startsAt = new Date();
      const before = named.size;
      const share = random.between(0, 0.9) * alertsARound;
      // At once, since alerts may still be posted until they are taken.
      const restart = async () => {
        serving.kill('SIGKILL');
        await serving.ended;
        serving = startServe(dir);
      };
      const restarted = new Promise<void>((resolve, reject) => {
        look = () => {
          if (named.size - before < share) return;
          look = () => {};
          restart().then(resolve, reject);
        };
      });
      for (let first = 0; first < names.length; first += 10)
        while (!(await isTaken(port, names.slice(first, first + 10), startsAt))) await serving.ready;
      look();
      await restarted;
      await serving.ready;
      await until(
        `all names of round ${round}, seed ${seed}`,
        () => names.every((name) => named.has(name)),
        30_000,
      );
    }
    const byId = new Map<string, Set<string>>();
    for (const { raw } of sink.mails) {
      const id = headerField(raw, 'Message-ID');
      byId.set(id, (byId.get(id) ?? new Set()).add(raw));
    }
    for (const [id, messages] of byId) assert.is(messages.size, 1, `the bytes of ${id}, seed ${seed}`);
    const twice = sink.mails.length - byId.size;
    assert.ok(twice <= rounds * connections, `${twice} duplicates, seed ${seed}`);
    const told = [...byId.values()].flatMap(([raw = '']) => namesIn({ raw }));
    assert.is(told.length, new Set(told).size, `every alert in one message, seed ${seed}`);
    console.log(
      `${rounds} kills, ${byId.size} mails for ${rounds * alertsARound} alerts, ${twice} came twice`,
    );
  } finally {
    serving.kill('SIGKILL');
    await serving.ended;
    await sink.close();
    await rm(dir, { recursive: true });
  }
});

/** Posts alerts; again they are the same firing, as Alertmanager tells of one until it is taken. */
async function isTaken(port: number, names: readonly string[], startsAt: Date): Promise<boolean> {
  const alerts = names.map((name) => ({
    status: 'firing',
    labels: { alertname: 'DiskFull', instance: name, severity: 'critical' },
    annotations: {},
    startsAt: startsAt.toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: name,
  }));
  try {
    const response = await fetch(`http://127.0.0.1:${port}/monitors/prod`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ version: '4', alerts }),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // The process went away.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return false;
  }
}

/** The alerts that the text part of a mail names, and its list where it has one. */
function namesIn({ raw }: Pick<TakenMail, 'raw'>): readonly string[] {
  const text = raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return [...new Set(Array.from(text.matchAll(/\br\d+a\d+x\b/g), ([name]) => name))];
}

test.run();
