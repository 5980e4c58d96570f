import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type AckmailProcess, startAckmail } from '../../helpers/ackmail-process.js';
import { type AuthorizationServer, startAuthorizationServer } from '../../helpers/authorization-server.js';
import { testCertificate } from '../../helpers/certificate.js';
import { freePort } from '../../helpers/free-port.js';
import { until } from '../../helpers/until.js';
import { type Hook, startHook } from './hook.js';
import { type MailServers, startMailServers } from './mail-servers.js';

/** The mailbox that alerts leave from, and the person who gets them. */
export const alerts = 'alerts@example.com';
export const person = 'ops@example.com';
/** How long something may take that goes through several servers. */
export const patienceMs = 45_000;

/** What a stage may do differently. */
export interface StageOptions {
  readonly accessTokenTtlS?: number;
  /** A scope that the mail servers demand, and that clients may ask for. */
  readonly mailScope?: string;
  /** Passwords of mailboxes. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** The SASL mechanisms of Dovecot; all unless told. */
  readonly mechanisms?: string;
  /** The address that mail servers and webhook listen on; 127.0.0.1 unless told. */
  readonly host?: string;
}

/** What the settings say besides the account. */
export interface MoreSettings {
  /** Further lines. */
  readonly lines?: string;
  /** Whether replies are read; they are unless told. */
  readonly isWatched?: boolean;
  /** Where the Alertmanager is that is silenced; nowhere unless told. */
  readonly alertmanagerUrl?: string;
}

/** Dovecot, Postfix, an authorization server and a webhook, for `ackmail` as a process in a folder of its own. */
export interface Stage {
  readonly dir: string;
  readonly port: number;
  readonly authorization: AuthorizationServer;
  readonly servers: MailServers;
  readonly hook: Hook;
  /** Writes ackmail.yaml: the account `alerts` as these lines say, an action by mail and one by webhook. */
  configure(account: string, more?: MoreSettings): Promise<void>;
  /** Starts `ackmail` with these arguments. */
  run(...args: readonly string[]): AckmailProcess;
  /** Starts `ackmail serve` and waits until it takes alerts. */
  serve(): Promise<AckmailProcess>;
  /** Signs in for `alerts` by `ackmail authorize`, as this user. */
  signIn(user?: string): Promise<void>;
  /** Posts a firing alert as Alertmanager does; the HTTP status. */
  post(alertname: string): Promise<number>;
  /** The mails that the person has of these alerts, in their order, when all are there. */
  received(...alertnames: readonly string[]): Promise<readonly string[]>;
  /** The report header, as JSON. */
  header(): Promise<string>;
  /** Waits until the report header has this text, and answers it all. */
  reported(text: string): Promise<string>;
  /** Waits until no system error stands. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** What a monitor shows when it posts alerts. */
export const hookSecret = 'the-secret-of-the-hook';
/** What opens the report header. */
export const reportToken = 'the-secret-of-the-report';
/** The secret of the client, as it is at first; the settings take it from the file client.secret. */
const clientSecret = 'the-secret-of-the-client';

/** Starts everything but Ackmail. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-live-'));
  const port = await freePort();
  const closers: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const authorization = await startAuthorizationServer({
    users: [alerts, person],
    clientId: 'ackmail',
    clientSecret,
    redirectUris: [`http://localhost:${port}/oauth/callback`],
    ...(options.accessTokenTtlS ? { accessTokenTtlS: options.accessTokenTtlS } : {}),
    ...(options.mailScope ? { scopes: [options.mailScope] } : {}),
  });
  closers.unshift(authorization.close);
  const close = async () => {
    for (const each of closers) await each();
  };
  try {
    const { introspectionUrl } = authorization;
    const { host, mailScope: scope, passwords = {}, mechanisms } = options;
    const servers = await startMailServers({
      ...{ introspectionUrl, users: [alerts, person], passwords },
      ...(host ? { host } : {}),
      ...(scope ? { scope } : {}),
      ...(mechanisms ? { mechanisms } : {}),
    });
    closers.unshift(servers.close);
    const hook = await startHook(host);
    closers.unshift(hook.close);
    await writeFile(join(dir, 'ca.pem'), (await testCertificate()).cert);
    await writeFile(join(dir, 'client.secret'), `${clientSecret}\n`);
    return stageOf({ dir, port, authorization, servers, hook, closers, close });
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function stageOf(
  parts: Pick<Stage, 'dir' | 'port' | 'authorization' | 'servers' | 'hook' | 'close'> & {
    readonly closers: (() => Promise<unknown>)[];
  },
): Stage {
  const { dir, port, authorization, servers, hook, closers } = parts;
  const header = async () => {
    const headers = { authorization: `Bearer ${reportToken}` };
    return (await fetch(`http://localhost:${port}/report-header?format=json`, { headers })).text();
  };
  const run = (...args: readonly string[]) => {
    const process = startAckmail(args, { cwd: dir, env: { HOOK_SECRET: hookSecret } });
    closers.unshift(async () => {
      process.child.kill('SIGKILL');
      await process.ended;
    });
    return process;
  };
  const stage: Stage = {
    ...parts,
    header,
    configure: (account, { lines = '', isWatched = true, alertmanagerUrl = 'http://127.0.0.1:9' } = {}) =>
      writeFile(
        join(dir, 'ackmail.yaml'),
        `accounts:
  alerts:
    mailbox: ${alerts}
${account.replace(/^/gm, '    ')}
actions:
  - { name: ops, type: email, account: alerts, to: [${person}] }
  - { name: chat, type: webhook, url: '${hook.url}' }
${isWatched ? 'acknowledgement: { account: alerts, authservId: relay.example.com }' : ''}
monitors:
  prod: { type: alertmanager, url: '${alertmanagerUrl}', secret: '\${env:HOOK_SECRET}' }
http: { listen: '127.0.0.1:${port}', token: ${reportToken} }
${lines}`,
      ),
    run,
    async serve() {
      const serving = run('serve');
      await serving.printed(/ackmail: ready/);
      return serving;
    },
    async signIn(user = alerts) {
      const command = run('authorize', 'alerts');
      const [url] = await command.printed(/https?:\/\/\S*[?&]state=\S+/);
      command.type(await authorization.signIn(url, user));
      assert.is(await command.ended, 0, command.output());
    },
    async post(alertname) {
      const alert = {
        status: 'firing',
        labels: { alertname, instance: 'db1', severity: 'critical' },
        annotations: { summary: `${alertname} on db1` },
        startsAt: new Date().toISOString(),
        endsAt: '0001-01-01T00:00:00Z',
        fingerprint: Buffer.from(alertname).toString('hex').padEnd(16, '0').slice(0, 16),
      };
      const response = await fetch(`http://127.0.0.1:${port}/monitors/prod`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hookSecret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ version: '4', alerts: [alert] }),
      });
      return response.status;
    },
    received(...alertnames) {
      const look = async () => {
        const mails = await servers.dovecot.mails(person);
        const found = alertnames.map((name) => mails.find((mail) => mail.includes(`] ${name} on db1`)));
        return found.every((mail) => mail !== undefined) && found;
      };
      return until(`the mails of ${alertnames.join(', ')}`, look, patienceMs);
    },
    reported: (text) =>
      until(
        `${text} on the report`,
        async () => {
          const all = await header();
          return all.includes(text) && all;
        },
        patienceMs,
      ),
    quiet: () =>
      until('the end of all system errors', async () => (await header()) === '[]', patienceMs).then(() => {}),
  };
  return stage;
}
