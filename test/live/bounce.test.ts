import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headerField } from '../helpers/lab.js';
import { until } from '../helpers/until.js';
import { alerts, patienceMs, person, reportToken, type Stage, startStage } from './helpers/stage.js';

// Postfix takes a mail for somebody whom Dovecot does not know, and gives it back.

const test = suite<{ stage: Stage }>('bounce');
const password = 'the-secret-of-alerts';
const gone = 'gone@example.com';

test.before(async (context) => {
  context.stage = await startStage({ passwords: { [alerts]: password } });
});

test.after(async ({ stage }) => {
  await stage?.close();
});

const settings = ({ port, servers: { dovecot } }: Stage) => {
  const at = (serverPort: number, security: string) =>
    `{ host: localhost, port: ${serverPort}, security: ${security}, tls: { ca: ca.pem } }`;
  return `accounts:
  alerts:
    grant: password
    mailbox: ${alerts}
    password: '${password}'
    smtp: ${at(dovecot.submissionPort, 'starttls')}
    imap: ${at(dovecot.imapPort, 'tls')}
actions:
  - { name: oncall, type: email, account: alerts, to: [${gone}] }
  - { name: second, type: email, account: alerts, to: [${person}], after: 1h }
acknowledgement: { account: alerts, authservId: relay.example.com }
monitors:
  prod: { type: alertmanager, url: 'http://127.0.0.1:9', secret: '\${env:HOOK_SECRET}' }
http: { listen: '127.0.0.1:${port}', token: ${reportToken} }
`;
};

test("A bounce of Postfix for an unknown recipient is that recipient's failure, and the next person is told.", async ({
  stage,
}) => {
  const { dovecot, postfix } = stage.servers;
  await writeFile(join(stage.dir, 'ackmail.yaml'), settings(stage));
  await stage.serve();
  assert.is(await stage.post('DiskFull'), 200);

  const header = await stage.reported('SMTP_BOUNCED');
  assert.match(header, `Mail to ${gone} came back: 550 5.1.1`);
  assert.match(header, /Check the address in `to` or `cc` of the action oncall/);
  const status = stage.run('status');
  await status.ended;
  assert.match(status.output(), `Mail to ${gone} came back: 550 5.1.1`);

  const [mail = ''] = await stage.received('DiskFull');
  assert.match(mail, /Nobody has acknowledged this within \d+ s; told before: oncall\./);
  const moved = () => dovecot.mails(alerts, 'Acknowledged');
  await until('the bounce to be moved', async () => (await moved()).length === 1, patienceMs);
  const [bounce = ''] = await moved();
  assert.match(headerField(bounce, 'Content-Type'), /^multipart\/report; report-type=delivery-status/);
  assert.is(headerField(bounce, 'Return-Path'), '<>');
  const history = stage.run('history', '--kind', 'bounced');
  assert.is(await history.ended, 0, history.output());
  assert.match(history.output(), new RegExp(`oncall .*not to ${gone}.*550 5\\.1\\.1`));
  // Nobody answered it, or Postfix would have one more to give back.
  assert.is((await postfix.log()).match(/status=bounced/g)?.length, 1);
});

test.run();
