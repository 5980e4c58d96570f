import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.js';
import { headerField } from '../helpers/lab.js';
import { until } from '../helpers/until.js';
import { alerts, patienceMs, person, reportToken, type Stage, startStage } from './helpers/stage.js';

// A storm through Dovecot's submission server and Postfix, in the middle of which the login of the account is refused.

const test = suite<{ stage: Stage; proxy: FaultProxy }>('backup');
const passwords = { [alerts]: 'the-secret-of-alerts', [person]: 'the-secret-of-the-relay' };

test.before(async (context) => {
  context.stage = await startStage({ passwords });
  context.proxy = await startFaultProxy(context.stage.servers.dovecot.submissionPort);
});

test.after(async ({ stage, proxy }) => {
  await stage?.close();
  await proxy?.close();
});

const settings = ({ port, servers: { dovecot } }: Stage, proxy: FaultProxy) => {
  const smtpAt = (smtpPort: number) =>
    `smtp: { host: localhost, port: ${smtpPort}, security: starttls, tls: { ca: ca.pem } }`;
  return `accounts:
  alerts: { grant: password, mailbox: ${alerts}, password: '${passwords[alerts]}', ${smtpAt(proxy.port)} }
  relay: { grant: password, mailbox: ${person}, password: '${passwords[person]}', ${smtpAt(dovecot.submissionPort)} }
actions:
  - { name: ops, type: email, account: alerts, backup: relay, to: [${person}] }
monitors:
  prod: { type: alertmanager, url: 'http://127.0.0.1:9', secret: '\${env:HOOK_SECRET}' }
http: { listen: '127.0.0.1:${port}', token: ${reportToken} }
`;
};

test('The login is refused in the middle of a storm: the backup delivers all, the error stands, and goes when it is mended.', async ({
  stage,
  proxy,
}) => {
  const { dovecot } = stage.servers;
  await writeFile(join(stage.dir, 'ackmail.yaml'), settings(stage, proxy));
  await stage.serve();
  const names = Array.from({ length: 300 }, (_, index) => `Storm${index}x`);
  const arrived = async () =>
    (await dovecot.mails(person)).map((raw) => ({
      name: /\] (\w+) on db1/.exec(headerField(raw, 'Subject') ?? '')?.[1] ?? '',
      from: headerField(raw, 'From') ?? '',
    }));
  const by = async (from: string) => (await arrived()).filter((mail) => mail.from === from).length;

  for (const [index, name] of names.entries()) {
    assert.is(await stage.post(name), 200);
    if (index === 100) {
      await until('mail by the account', async () => (await by(alerts)) > 10, patienceMs);
      await dovecot.setPassword(alerts, 'the-secret-of-nobody');
      // Dovecot looks at its file once a second.
      await sleep(1_500);
      // A session that is logged in would go on.
      proxy.drop();
    }
  }
  await until(
    'every alert',
    async () => {
      const told = new Set((await arrived()).map(({ name }) => name));
      return names.every((name) => told.has(name));
    },
    2 * patienceMs,
  );
  assert.ok((await by(person)) > 100, 'most of them by the backup');
  const twice = (await arrived()).filter(({ name }) => name.startsWith('Storm')).length - names.length;
  assert.ok(twice <= 3, `${twice} of them twice, with three connections`);
  const header = await stage.reported('SMTP_LOGIN_REFUSED');
  assert.match(header, 'Check `password`');
  const status = stage.run('status');
  assert.is(await status.ended, 0, status.output());
  assert.match(status.output(), /refuses the login of account alerts/);
  assert.match(status.output(), /ops +email +0/);

  await dovecot.setPassword(alerts, passwords[alerts] ?? '');
  await until('the end of the error', async () => (await stage.header()) === '[]', 3 * patienceMs);
  // One mail is tried first, and what comes meanwhile still goes by the backup.
  let posted = 0;
  await until(
    'a mail by the account',
    async () => {
      posted += 1;
      assert.is(await stage.post(`Mended${posted}`), 200);
      await sleep(1_000);
      return (await arrived()).some(({ name, from }) => name.startsWith('Mended') && from === alerts);
    },
    patienceMs,
  );
});

test.run();
