import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { askOwner } from '../../src/cli/ask-owner.js';
import type { PluginInstance } from '../../src/index.js';
import { register } from '../../src/index.js';
import { alertsMailbox, headerField, type Lab, startLab } from '../helpers/lab.js';
import { createTestHost, firedEvent, type TestHost } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

interface Context {
  lab: Lab;
  host: TestHost;
  plugin: PluginInstance;
}

const test = suite<Context>('rotate-key');

test.before.each(async (context) => {
  context.lab = await startLab();
  context.host = await createTestHost(context.lab.settings());
  await start(context);
  const { lab, plugin } = context;
  const callback = await lab.authorization.signIn(await plugin.authorizationUrl('alerts'), alertsMailbox);
  await plugin.completeAuthorization(callback);
  await until('the watch', async () => (await plugin.status()).acknowledgement?.state === 'watching');
});

test.after.each(async ({ lab, host, plugin }) => {
  await plugin.stop();
  await lab.close();
  await host.remove();
});

const start = async (context: Context) => {
  context.plugin = await register(context.host);
  await context.plugin.start();
};
const keyFile = ({ host }: Context) => join(host.dataDir, '..', 'ackmail.key');
const rotate = async ({ host }: Context) => (await askOwner(host.dataDir))?.upkeep.rotateKey();

/** Raises an alert, and answers its mail. */
async function mailOf({ lab, plugin }: Context, name: string): Promise<string> {
  await plugin.handleAlerts([firedEvent(name)]);
  return until(`the mail of ${name}`, () =>
    lab.received().find((mail) => headerField(mail, 'Subject').includes(name)),
  );
}

const installationOf = (mail: string) => headerField(mail, 'Message-ID').slice(1, 5);
const errors = ({ plugin }: Context) =>
  plugin.reportHeader().json.map(({ code, subject }) => `${code} ${subject}`);

test('A reply to a mail from before the key was rotated still acknowledges, also after a restart.', async (context) => {
  const { lab, host } = context;
  const before = await mailOf(context, 'db1');
  const key = await readFile(keyFile(context), 'utf8');
  const sealedWith = async () =>
    /"kid":"(\w+)"/.exec(await readFile(join(host.dataDir, 'grants/alerts.json'), 'utf8'))?.[1];
  assert.equal(await rotate(context), { file: keyFile(context), unopened: 0 });
  assert.is.not(await readFile(keyFile(context), 'utf8'), key);
  const first = await sealedWith();

  lab.reply(before, 'on it');
  await until('the acknowledgement', () => host.acknowledged.length === 1);
  const between = await mailOf(context, 'db2');
  await rotate(context);
  assert.is.not(await sealedWith(), first);
  await context.plugin.stop();
  await start(context);
  lab.reply(between, 'on that, too');
  await until('the next acknowledgement', () => host.acknowledged.length === 2);
  const after = await mailOf(context, 'db3');
  assert.is(installationOf(after), installationOf(before));
  assert.equal(errors(context), []);
});

test('References from before they were kept stay good, whatever key comes at the same time.', async (context) => {
  const { lab, host } = context;
  const before = await mailOf(context, 'db1');
  await context.plugin.stop();
  // As an earlier version leaves it.
  await rm(join(host.dataDir, 'references'), { recursive: true });
  const old = await readFile(keyFile(context), 'utf8');
  await writeFile(keyFile(context), `${Buffer.alloc(32, 9).toString('base64')}\n${old}`);
  await start(context);
  assert.not.match(await readFile(keyFile(context), 'utf8'), old.trim());
  lab.reply(before, 'on it');
  await until('the acknowledgement', () => host.acknowledged.length === 1);
  await rotate(context);
  assert.is(installationOf(await mailOf(context, 'db2')), installationOf(before));
});

test('With another key it starts, says what is missing, and is well again with the right one.', async (context) => {
  const { lab, host } = context;
  const before = await mailOf(context, 'db1');
  await context.plugin.stop();
  const right = await readFile(keyFile(context), 'utf8');
  await writeFile(keyFile(context), Buffer.alloc(32, 9).toString('base64'));
  await start(context);
  await until('both errors', () => errors(context).length === 2);
  assert.equal(errors(context).sort(), ['STORE_KEY alerts', 'STORE_KEY references']);
  const { json } = context.plugin.reportHeader();
  const remedy = json.find(({ subject }) => subject === 'references')?.remedy ?? '';
  assert.match(remedy, 'Give the key that it was written with');
  await context.plugin.stop();

  await writeFile(keyFile(context), right);
  await start(context);
  await until('no error', () => errors(context).length === 0);
  lab.reply(before, 'on it');
  await until('the acknowledgement', () => host.acknowledged.length === 1);
});

test.run();
