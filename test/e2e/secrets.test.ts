import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/core/clock.js';
import { startScriptedAlertmanager } from '../helpers/alertmanager.js';
import { type CliProcess, startCli } from '../helpers/cli-process.js';
import { alertsMailbox, type Lab, person, startLab } from '../helpers/lab.js';
import { openConsole } from '../helpers/open-console.js';
import { watchProcessArguments } from '../helpers/process-arguments.js';
import { filesOf, findSecrets, type NamedText } from '../helpers/secret-search.js';
import { startSubmissionServer } from '../helpers/submission-server.js';
import type { TokenReply } from '../helpers/token-endpoint.js';
import { startTokenFront } from '../helpers/token-front.js';
import { until } from '../helpers/until.js';

// The whole story with processes, at servers that say back whatever they were sent, with everything that makes
// libraries talk switched on; then all that is left of it is searched.

const own = {
  client: 'the-secret-of-the-client-8Q~x+/=&',
  hook: 'the-secret-of-the-hook-7P!y',
  relay: 'the-password-of-the-relay-6R"z',
  webhook: 'the-secret-of-the-webhook-5S_w',
  header: 'the-secret-of-the-header-4T.v',
  report: 'the-secret-of-the-report-3U-u',
};
const env = {
  DEBUG: '*',
  ACKMAIL_DEBUG: '1',
  DISPLAY: '',
  HOOK_SECRET: own.hook,
  RELAY_PASSWORD: own.relay,
  WEBHOOK: own.webhook,
  HEADER: own.header,
  REPORT: own.report,
};

interface Context {
  dir: string;
  lab: Lab;
  running: CliProcess[];
  /** All that must not be found. */
  secrets: Set<string>;
  /** What the token endpoint answers in place of the real one. */
  reply: TokenReply | undefined;
  /** What each failing call of the token endpoint was for. */
  refused: number;
  closers: (() => unknown)[];
}

const test = suite<Context>('secrets');

test.before.each(async (context) => {
  const { secrets } = Object.assign(context, {
    dir: await mkdtemp(join(tmpdir(), 'ackmail-secrets-')),
    running: [],
    secrets: new Set(Object.values(own)),
    reply: undefined,
    refused: 0,
  });
  const lab = await startLab({ clientSecret: own.client, accessTokenTtlS: 4 });
  const front = await startTokenFront(lab.authorization.tokenEndpoint, {
    async onRequest(parameters) {
      for (const name of ['code', 'code_verifier', 'refresh_token', 'client_secret'])
        if (parameters.get(name)) secrets.add(parameters.get(name) ?? '');
      if (context.reply) context.refused += 1;
      return context.reply && echo(context.reply, parameters.toString(), [...secrets]);
    },
    async onAnswer(_, body) {
      for (const [name, value] of Object.entries(body ?? {})) if (name.endsWith('_token')) secrets.add(value);
    },
  });
  // It knows no password, and says the one that it was shown.
  const relay = await startSubmissionServer({
    password: { user: 'nobody', pass: 'nothing' },
    loginRefusal: {
      code: 535,
      get text() {
        const shown = Buffer.from(`\0relay@example.com\0${own.relay}`).toString('base64');
        return `5.7.8 Bad credentials: ${relay.logins.at(-1)} ${shown}`;
      },
    },
  });
  const hook = await startEchoHook();
  const alertmanager = await startScriptedAlertmanager(systemClock);
  context.lab = lab;
  context.closers = [lab.close, front.close, relay.close, hook.close, alertmanager.close];
  await writeFile(join(context.dir, 'client.secret'), `${own.client}\n`, { mode: 0o600 });
  await writeFile(join(context.dir, 'crash.mjs'), crash(own.client));
  await writeFile(
    join(context.dir, 'ackmail.yaml'),
    settings(lab, front.url, relay.port, hook.url, alertmanager.url),
  );
});

test.after.each(async ({ dir, running, closers }) => {
  for (const process of running) process.kill('SIGKILL');
  await Promise.all(running.map((process) => process.ended()));
  for (const close of closers) await close();
  await rm(dir, { recursive: true });
});

test('No secret reaches log, console, spool, error text, process arguments or an unencrypted file.', async (context) => {
  const { dir, lab, secrets } = context;
  const processArguments = watchProcessArguments();
  context.closers.push(processArguments.stop);
  const pages: NamedText[] = [];
  const look = async (path: string) => {
    const headers = { authorization: `Bearer ${own.report}` };
    const response = await fetch(`http://localhost:${lab.port}${path}`, { headers });
    pages.push([path, `${JSON.stringify([...response.headers])} ${await response.text()}`]);
  };

  let serving = start(context, 'serve');
  await serving.says('ackmail: ready');
  await done(start(context, 'status'));
  await done(start(context, 'test', 'alerts'), 1);
  await signIn(context);
  await until('the watch', async () => (await done(start(context, 'status', '--json'))).includes('watching'));
  assert.is(await post(lab, own.hook), 200);
  assert.is(await post(lab, 'a wrong secret'), 401);
  const mail = await until('the alert mail', () => lab.received().find((raw) => raw.includes('DiskFull')));
  lab.reply(mail, 'ack');
  await until('the reply moved away', () => lab.imap.mails('Acknowledged', alertsMailbox).length === 1);
  // Whoever logs in anew needs a token, and IMAP ends its sessions with the one it knows in its mouth.
  const untilRefresh = (what: string, happened: () => boolean) =>
    until(
      what,
      async () => {
        lab.imap.drop(`Session invalidated: ${[...lab.tokens].at(-1)}`);
        await sleep(250);
        return happened();
      },
      60_000,
    );
  await untilRefresh('a refresh', () => lab.authorization.requests.refresh > 0);
  for (const reply of echoes) {
    context.reply = reply;
    const before = context.refused;
    await untilRefresh('a refresh that fails', () => context.refused > before);
  }
  await until('what an administrator must do', async () =>
    (await done(start(context, 'status'))).includes('configuration-required'),
  );
  await done(start(context, 'test', 'relay'), 1);
  await done(start(context, 'status', '--json'));
  for (const path of ['/report-header?format=json', '/report-header', '/healthz', '/metrics', '/'])
    await look(path);
  const visit = await openConsole(join(dir, 'data'));
  for (const path of [
    '/accounts',
    '/accounts/alerts',
    '/accounts/relay',
    '/alerts',
    '/outbox',
    '/replies',
    '/system-errors',
    '/report',
  ]) {
    const page = await visit.get(path);
    pages.push([path, `${JSON.stringify([...page.headers])} ${await page.text()}`]);
  }
  for (const text of [explained(secrets), `535 5.7.8 ${[...lab.tokens].at(-1)}`]) {
    const explaining = start(context, 'explain', '-');
    explaining.write(text);
    explaining.end();
    await explaining.ended();
  }

  // It crashes with secrets hanging on its error, and starts again with another key.
  assert.is(await post(lab, own.hook), 200);
  serving.kill('SIGUSR2');
  assert.is(await serving.ended(), 1);
  assert.match(serving.err(), 'made to crash');
  const isMeant = (name: string) => ['client.secret', 'crash.mjs', 'ackmail.key'].includes(name);
  const atCrash = await filesOf(dir, isMeant);
  const key = await readFile(join(dir, 'ackmail.key'), 'utf8');
  await done(start(context, 'rotate-key'));
  context.reply = undefined;
  serving = start(context, 'serve');
  await serving.says('ackmail: ready');
  await signIn(context);
  await done(start(context, 'test', 'alerts'));
  await done(start(context, 'forget', 'alerts'));
  await wrongSettings(context);
  serving.kill('SIGTERM');
  assert.is(await serving.ended(), 0);

  for (const line of `${key}\n${await readFile(join(dir, 'ackmail.key'), 'utf8')}`.split('\n'))
    if (line !== '') secrets.add(line).add(Buffer.from(line, 'base64').toString('latin1'));
  for (const token of [...lab.tokens, ...lab.submission.logins]) secrets.add(token);
  processArguments.stop();
  const files = [...atCrash, ...(await filesOf(dir, isMeant))];
  const names = files.map(([name]) => name);
  for (const name of ['data/history', 'data/mails', 'data/replies', 'data/journal', 'ackmail.yaml'])
    assert.ok(names.join('\n').includes(name), `${name} is searched`);
  for (const name of ['client.secret', 'ackmail.key'])
    assert.is((await stat(join(dir, name))).mode & 0o777, 0o600, name);
  const said = context.running.flatMap((process, index): NamedText[] => [
    [`standard output ${index}`, process.out()],
    [`standard error ${index}`, process.err()],
  ]);
  assert.ok(said.some(([, text]) => text.includes('refresh')));
  const seen = processArguments.seen().map((line): NamedText => ['arguments', line]);
  assert.ok(seen.some(([, line]) => /main\.[jt]s serve/.test(line)) && seen.length > 10);
  const mails = lab.received().map((raw): NamedText => ['mail', raw]);
  assert.ok(secrets.size > 20, `${secrets.size} secrets`);
  assert.equal(findSecrets(secrets, [...said, ...files, ...pages, ...seen, ...mails]), []);
});

const start = (context: Context, ...args: readonly string[]): CliProcess => {
  const crashing = args[0] === 'serve' ? { NODE_OPTIONS: `--import ${preload(context)}` } : {};
  const process = startCli(args, context.dir, { ...env, ...crashing });
  context.running.push(process);
  return process;
};

const preload = ({ dir }: Context) => pathToFileURL(join(dir, 'crash.mjs')).href;

/** Waits for the end of a command, and answers what it printed. */
async function done(process: CliProcess, code = 0): Promise<string> {
  assert.is(await process.ended(), code, process.out() + process.err());
  return process.out();
}

/** Signs in by a command that is shown the address where the browser ended. */
async function signIn(context: Context): Promise<void> {
  const process = start(context, 'authorize', 'alerts');
  const url = () => /^ {2}(http\S+)$/m.exec(process.out())?.[1] ?? '';
  await until('the address', url);
  const callback = await context.lab.authorization.signIn(url(), alertsMailbox);
  process.write(`${callback}\n`);
  await done(process);
}

async function post({ port }: Lab, secret: string): Promise<number> {
  const alert = {
    status: 'firing',
    labels: { alertname: 'DiskFull', instance: 'db1', severity: 'critical' },
    annotations: { summary: 'The disk is full' },
    startsAt: new Date().toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: '0123456789abcdef',
  };
  const response = await fetch(`http://127.0.0.1:${port}/monitors/prod`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts: [alert] }),
  });
  return response.status;
}

/** Settings that are wrong where the secrets stand in them. */
async function wrongSettings(context: Context): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-wrong-'));
  const wrong = [
    `accounts: { a: { mailbox: a@example.com, clientId: c, clientSecret: ['${own.client}'] } }\nactions: []\n`,
    `accounts: { a: { mailbox: a@example.com, clientSecrett: '${own.client}', password: ${own.hook} } }\n`,
    `accounts:\n  a: { clientSecret: "${own.client}\n  b: '${own.relay}': x\n`,
    `actions: [{ name: x, type: webhook, url: 'ftp://${own.webhook}', headers: { A: "${own.hook}\\n" } }]\n`,
  ];
  for (const text of wrong) {
    await writeFile(join(dir, 'ackmail.yaml'), text);
    const process = startCli(['check'], dir, env);
    context.running.push(process);
    await done(process, 2);
  }
  await rm(dir, { recursive: true });
}

/** How the token endpoint fails. */
const echoes: readonly TokenReply[] = [
  { status: 503, body: '<html>SENT</html>' },
  { status: 401, body: { error: 'invalid_client' } },
];

function echo(reply: TokenReply, sent: string, secrets: readonly string[]): TokenReply {
  const all = `${sent} ${secrets.join(' ')}`;
  if (typeof reply.body === 'string') return { ...reply, body: reply.body.replace('SENT', () => all) };
  return { ...reply, body: { ...Object(reply.body), error_description: `AADSTS7000222: ${all}` } };
}

/** What a person pastes who does not look. */
function explained(secrets: ReadonlySet<string>): string {
  const [token] = [...secrets].slice(-1);
  return `POST /token client_secret=${encodeURIComponent(own.client)}
{"error":"invalid_grant","error_description":"AADSTS999999: not good: ${token}","refresh_token":"${token}"}`;
}

/** A module that lets the process crash, with secrets where libraries hang them. */
function crash(secret: string): string {
  return `process.on('SIGUSR2', () => {
  const request = { body: ${JSON.stringify(`client_secret=${encodeURIComponent(secret)}`)}, secret: ${JSON.stringify(secret)} };
  const error = new Error('made to crash: ' + request.body + ' password=' + request.secret);
  throw Object.assign(error, { request, cause: request });
});
`;
}

/** A webhook that refuses, and says back what it was sent. */
async function startEchoHook() {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response
      .writeHead(500, `sent ${request.url}`.replace(/[^\x20-\x7e]/g, ''))
      .end(JSON.stringify(request.headers) + body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function settings(
  { authorization, submission, imap, port }: Lab,
  tokenUrl: string,
  relay: number,
  hook: string,
  monitor: string,
) {
  return `accounts:
  alerts:
    mailbox: ${alertsMailbox}
    issuer: ${authorization.issuer}
    tokenUrl: ${tokenUrl}
    clientId: ackmail
    clientSecret: \${file:client.secret}
    smtp: { host: 127.0.0.1, port: ${submission.port}, security: none }
    imap: { host: 127.0.0.1, port: ${imap.port}, security: none }
  relay:
    grant: password
    mailbox: relay@example.com
    password: \${env:RELAY_PASSWORD}
    smtp: { host: 127.0.0.1, port: ${relay}, security: none }
actions:
  - { name: ops, type: email, account: alerts, to: [${person}] }
  - { name: page, type: email, account: relay, to: [${person}] }
  - { name: chat, type: webhook, url: '${hook}/services/\${env:WEBHOOK}', headers: { Authorization: 'Bearer \${env:HEADER}' } }
acknowledgement: { account: alerts, authservId: mx.example.com }
monitors:
  prod: { type: alertmanager, url: '${monitor}', secret: '\${env:HOOK_SECRET}' }
http: { listen: '127.0.0.1:${port}', token: '\${env:REPORT}' }
`;
}

test.run();
