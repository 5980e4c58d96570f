import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { program } from '../../src/cli/program.js';
import { register } from '../../src/index.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';
import { alertsMailbox, headerField, startLab } from '../helpers/lab.js';
import { createTestHost, firedEvent } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

test('After a restore a reply to a mail from before acknowledges, and nobody has to sign in.', async () => {
  const lab = await startLab();
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-restore-'));
  const run = async (name: string, ...args: string[]) => {
    const terminal = fakeTerminal({ cwd: join(dir, name) });
    assert.is(await program(args, '0.0.0', terminal), 0, terminal.err());
    return terminal.out();
  };
  const open = async (name: string) => {
    const host = await createTestHost(lab.settings(), join(dir, name));
    const plugin = await register(host);
    await plugin.start();
    return { host, plugin };
  };
  for (const name of ['one', 'two']) {
    await mkdir(join(dir, name));
    await writeFile(join(dir, name, 'ackmail.yaml'), JSON.stringify(lab.settings()));
  }
  const first = await open('one');
  const callback = await lab.authorization.signIn(
    await first.plugin.authorizationUrl('alerts'),
    alertsMailbox,
  );
  await first.plugin.completeAuthorization(callback);
  await first.plugin.handleAlerts([firedEvent('db1')]);
  const mail = await until('the alert mail', () => lab.received()[0]);
  await until('its settlement', async () =>
    (await first.plugin.status()).actions.every(({ waiting }) => waiting === 0),
  );
  // Told by the command in this very process, over the socket of the plugin that runs.
  assert.match(await run('one', 'backup', join(dir, 'backup')), 'Backed up');
  await first.plugin.stop();

  await cp(join(dir, 'one/ackmail.key'), join(dir, 'two/ackmail.key'));
  assert.match(await run('two', 'restore', join(dir, 'backup')), 'Nothing waited to be told then.');
  const second = await open('two');
  lab.reply(mail, 'on it');
  await until('the acknowledgement', () => second.host.acknowledged.length === 1);
  assert.is(second.host.acknowledged[0]?.alerts[0]?.fingerprint, 'test/db1');
  await second.plugin.handleAlerts([firedEvent('db2')]);
  await until('the next mail', () =>
    lab.received().some((each) => headerField(each, 'Subject').includes('db2')),
  );
  assert.equal(second.plugin.reportHeader().json, []);
  await second.plugin.stop();
  await lab.close();
  await rm(dir, { recursive: true });
});

test.run();
