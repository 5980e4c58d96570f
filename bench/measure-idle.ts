import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startImapServer } from '../test/helpers/imap-server.js';
import { startSubmissionServer } from '../test/helpers/submission-server.js';
import { startTokenEndpoint } from '../test/helpers/token-endpoint.js';
import { until } from '../test/helpers/until.js';
import { person } from './open-plugin.js';
import { login } from './start-mail-servers.js';
import { startServe } from './start-serve.js';

const idleMs = 10_000;

/** What `ackmail serve` has in memory that has an OAuth account, watches its mailbox and has nothing to do. */
export async function measureIdle(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  const validate = async () => true;
  const endpoint = await startTokenEndpoint();
  endpoint.answer({ body: { access_token: 'access', token_type: 'Bearer', expires_in: 3_600 } });
  const smtp = await startSubmissionServer({ validate });
  const imap = await startImapServer({ users: { [login.user]: '' }, validate });
  const server = { host: '127.0.0.1', security: 'none' };
  const serve = await startServe(folder, {
    accounts: {
      alerts: {
        ...{
          grant: 'client_credentials',
          mailbox: login.user,
          clientId: 'ackmail',
          clientSecret: login.password,
        },
        ...{ tokenUrl: endpoint.url, scope: 'mail' },
        smtp: { ...server, port: smtp.port },
        imap: { ...server, port: imap.port },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
    acknowledgement: { account: 'alerts' },
  });
  try {
    await until('a mailbox that is watched', () => imap.commands.includes('IDLE'), 30_000);
    await wait(idleMs);
    return { 'rss.mbIdle': await serve.residentMb() };
  } finally {
    await serve.stop();
    await Promise.all([imap.close(), smtp.close(), endpoint.close()]);
    await rm(folder, { recursive: true });
  }
}
