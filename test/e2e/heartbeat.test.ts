import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PluginInstance, register } from '../../src/index.js';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.js';
import { startImapServer, type TestImapServer } from '../helpers/imap-server.js';
import { type SubmissionServer, startSubmissionServer } from '../helpers/submission-server.js';
import { createTestHost, firedEvent, type TestHost } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';
import { noSpace, watchingSyncs } from '../helpers/watching-syncs.js';

interface Context {
  clock: FakeClock;
  submission: SubmissionServer;
  imap: TestImapServer;
  host: TestHost;
  plugin: PluginInstance;
  /** How often the heartbeat was heard. */
  beats: { count: number; url: string; close(): void };
  /** The password of the submission server, which may change. */
  login: { user: string; pass: string };
}

const user = 'alerts@example.com';
const users = { [user]: 'p' };
const test = suite<Context>('heartbeat');

test.before.each(async (context) => {
  context.clock = fakeClock(new Date());
  context.login = { user, pass: 'p' };
  context.submission = await startSubmissionServer({ password: context.login });
  context.imap = await startImapServer({ users });
  context.beats = await startListener();
  context.host = await createTestHost({
    accounts: {
      alerts: {
        ...{ grant: 'password', mailbox: user, password: 'p' },
        smtp: { host: '127.0.0.1', port: context.submission.port, security: 'none' },
        imap: { host: '127.0.0.1', port: context.imap.port, security: 'none' },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: ['ops@example.com'] }],
    acknowledgement: { account: 'alerts' },
    heartbeat: { url: context.beats.url },
  });
  context.plugin = await register(context.host, { clock: context.clock });
  await context.plugin.start();
  await until('the watch', async () => (await context.plugin.status()).acknowledgement?.state === 'watching');
});

test.after.each(async ({ plugin, submission, imap, beats, host }) => {
  await plugin.stop();
  await Promise.all([submission.close(), imap.close()]);
  beats.close();
  await host.remove();
});

test('It stops when the submission server refuses, and goes on when mail leaves again.', async (context) => {
  const { plugin, login, submission } = context;
  await heard(context);
  login.pass = 'changed';
  submission.drop();
  await plugin.handleAlerts([firedEvent('db1')]);
  await silent(context, 'SMTP_LOGIN_REFUSED stands for the action ops');
  login.pass = 'p';
  await heard(context);
  assert.is(submission.mails.length, 1);
});

test('It stops when the mailbox cannot be read, and goes on when it can.', async (context) => {
  const { imap } = context;
  await heard(context);
  await imap.close();
  await silent(context, 'the mailbox of alerts');
  context.imap = await startImapServer({ users, port: imap.port });
  await heard(context);
});

test('It stops when the disk cannot be written, and goes on when it can.', async (context) => {
  await heard(context);
  await watchingSyncs(noSpace, () => silent(context, 'no document can be written'));
  await heard(context);
});

/** Lets minutes pass until the heartbeat is heard anew, and nothing is said against it. */
async function heard({ clock, beats, plugin }: Context): Promise<void> {
  const before = beats.count;
  await until('the heartbeat', async () => {
    await clock.forward(5_000);
    return beats.count > before && (await held(plugin)) === undefined;
  });
}

/** Lets minutes pass until the heartbeat is held back for a reason, and then some more. */
async function silent({ clock, beats, plugin }: Context, reason: string): Promise<void> {
  await until(reason, async () => {
    await clock.forward(5_000);
    return (await held(plugin))?.includes(reason);
  });
  const before = beats.count;
  for (let minutes = 0; minutes < 3; minutes += 1) await clock.forward(60_000);
  assert.is(beats.count, before);
}

const held = async (plugin: PluginInstance) =>
  (await plugin.status()).warnings.find((warning) => warning.startsWith('The heartbeat'));

async function startListener(): Promise<Context['beats']> {
  const server = createServer((_request, response) => {
    beats.count += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const beats = {
    count: 0,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return beats;
}

test.run();
