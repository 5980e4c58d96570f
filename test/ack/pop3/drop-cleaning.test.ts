import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maildropType } from '../../../src/ack/pop3/maildrop.js';
import { createPop3Mailbox } from '../../../src/ack/pop3/pop3-mailbox.js';
import type { Log } from '../../../src/core/host.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { until } from '../../helpers/until.js';
import { openScene, type Scene } from '../scene.js';
import { type Script, startScriptedPop3, type Turn } from './scripted-pop3.js';

const day = 86_400_000;
const hour = 3_600_000;
const test = suite<{ scene: Scene; ends: (() => Promise<void>)[] }>('drop cleaning');

test.before.each(async (context) => {
  context.scene = await openScene();
  context.ends = [];
});
test.after.each(async ({ scene, ends }) => {
  for (const end of ends.reverse()) await end();
  await scene.remove();
});

const done = 'X-Done: yes\r\nSubject: done\r\n\r\nack\r\n';
const open = 'Subject: not done yet\r\n\r\nack\r\n';

/** A maildrop of which all mail is on record as ours and came 31 days ago, and what goes after 30. */
async function start(
  { scene, ends }: { scene: Scene; ends: (() => Promise<void>)[] },
  raws: readonly string[],
  on: NonNullable<Script['on']> = {},
) {
  const fake = fakeClock(new Date());
  /** When it looks again; undefined while it looks. */
  let due: Date | undefined;
  const clock: FakeClock = {
    ...fake,
    async until(date, signal) {
      due = date;
      await fake.until(date, signal);
      due = undefined;
    },
  };
  const server = await startScriptedPop3({ on });
  ends.push(server.close);
  const uids = raws.map((raw) => server.append(raw));
  const came = new Date(clock.now().getTime() - 31 * day);
  const maildrops = scene.store.collection('maildrops', maildropType);
  await maildrops.put('alerts', {
    ...{ lookedAt: clock.now(), isKnown: true, known: uids },
    ours: uids.map((uid) => [uid, came] as const),
  });
  const said: string[] = [];
  const say =
    (level: string): Log['info'] =>
    (facts, message) =>
      said.push(`${level} ${message} ${JSON.stringify(facts)}`);
  const mailbox = createPop3Mailbox({
    ...{ account: server.account(), maildrops, systemErrors: scene.systemErrors, clock },
    tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
    network: createNetwork({ env: {} }),
    log: { ...quietLog, info: say('info'), warn: say('warn') },
    loginRemedy: '',
    clean: {
      olderThanMs: 30 * day,
      ownMail: { isDone: async (header) => header.includes('X-Done'), isSent: async () => false },
    },
  });
  const stopping = new AbortController();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { header } of mailbox.watch(stopping.signal))
      seen.push(/Subject: (.*)\r/.exec(header.toString())?.[1] ?? '');
  })();
  ends.push(async () => {
    stopping.abort();
    await reading;
  });
  let told = 0;
  /** The first look, or the next one: what the client said in it. */
  const look = async (): Promise<readonly string[]> => {
    await until('the end of a look', () => due);
    if (due && server.lines.length === told) {
      await clock.forward(due.getTime() - clock.now().getTime());
      await until('another look', () => due && server.lines.length > told);
    }
    const said = server.lines.slice(told);
    told = server.lines.length;
    return said;
  };
  return { server, uids, said, seen, clock, look };
}

const counted = (lines: readonly string[], verb: string) =>
  lines.filter((line) => line.startsWith(`${verb} `)).length;

test('Old mail goes in pieces, one a look, until nothing is left; then not before the next day.', async (context) => {
  const { server, look, seen } = await start(context, Array<string>(250).fill(done));
  const looks = [await look(), await look()];
  server.append('Subject: meanwhile\r\n\r\nack\r\n');
  looks.push(await look());
  assert.equal(seen, ['meanwhile']);
  assert.equal(
    looks.map((lines) => counted(lines, 'DELE')),
    [100, 100, 50],
  );
  assert.is(server.removed.length, 250);
  assert.equal(counted(await look(), 'TOP'), 0);
});

test('What is not to be removed is looked at once a day, and keeps nothing behind it.', async (context) => {
  const { server, look, clock, uids } = await start(context, [
    ...Array<string>(150).fill(open),
    ...Array<string>(10).fill(done),
  ]);
  assert.is(counted(await look(), 'TOP'), 100);
  assert.is(counted(await look(), 'TOP'), 60);
  assert.equal(server.removed, uids.slice(150));
  assert.is(counted(await look(), 'TOP'), 0);
  const before = server.lines.length;
  await until('the next day', async () => {
    await clock.forward(hour);
    return counted(server.lines.slice(before), 'TOP') >= 150;
  });
});

test('A session that is cut loses its own piece only.', async (context) => {
  let marked = 0;
  const { server, look } = await start(context, Array<string>(150).fill(done), {
    DELE(turn) {
      marked += 1;
      // In the middle of the second piece.
      if (marked === 120) turn.socket.destroy();
      else turn.honest();
    },
  });
  await look();
  assert.is(server.removed.length, 100);
  // It logs in again at once.
  assert.is(counted(await look(), 'DELE'), 20 + 50);
  assert.is(server.removed.length, 150);
});

for (const verb of ['TOP', 'DELE'] as const)
  test(`A mail for which ${verb} is refused stays, and keeps no other from going; that is told once.`, async (context) => {
    // What stays gets other numbers when others go.
    let isFirst = true;
    const { server, look, said, uids } = await start(context, Array<string>(150).fill(done), {
      [verb]({ line, say, honest }: Turn) {
        if (isFirst && /^[A-Z]+ [23]\b/.test(line)) say('-ERR [SYS/PERM] This mail is damaged.\r\n');
        else honest();
      },
    });
    const first = await look();
    assert.equal(server.removed, []);
    assert.is(counted(first, 'DELE'), verb === 'TOP' ? 0 : 100);
    for (let looks = 0; looks < 4; looks += 1) {
      await look();
      isFirst = server.removed.length === 0;
    }
    const left = uids.filter((uid) => !server.removed.includes(uid));
    assert.equal(left, uids.slice(1, 3));
    assert.is(counted(await look(), verb), 0);
    const told = said.filter((line) => line.startsWith('warn'));
    assert.is(told.length, 1, told.join('\n'));
    assert.match(told[0] ?? '', /This mail is damaged/);
    assert.equal(context.scene.changes, []);
  });

test('A server that marks nothing is asked for each mail once a day, and no reply waits for it.', async (context) => {
  const { server, look, said, seen } = await start(context, Array<string>(250).fill(done), {
    DELE: '-ERR The maildrop is read-only.\r\n',
  });
  await look();
  server.append('Subject: meanwhile\r\n\r\nack\r\n');
  for (let looks = 0; looks < 4; looks += 1) await look();
  assert.equal(seen, ['meanwhile']);
  assert.is(counted(server.lines, 'DELE'), 250);
  assert.is(server.removed.length, 0);
  assert.is(said.filter((line) => line.startsWith('warn')).length, 1);
});

test('A server that says that it removes, and does not, is asked for each mail once a day.', async (context) => {
  const { server, look } = await start(context, Array<string>(150).fill(done), {
    DELE: '+OK\r\n',
    QUIT({ say, socket }) {
      say('+OK\r\n');
      socket.end();
    },
  });
  for (let looks = 0; looks < 5; looks += 1) await look();
  assert.is(counted(server.lines, 'DELE'), 150);
});

test.run();
