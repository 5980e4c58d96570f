import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { alertsMailbox, type Lab, person, startLab } from '../helpers/lab.js';
import { type NodeProcess, startNode } from '../helpers/node-process.js';
import { until } from '../helpers/until.js';

interface Context {
  lab: Lab;
  dir: string;
  host: NodeProcess;
}

const test = suite<Context>('minimal-host');

test.before(async () => {
  // The manifest names the built plugin, as it is in the package.
  await access(new URL('../../dist/index.js', import.meta.url)).catch(() => {
    throw new Error('There is no dist/index.js: run `npm run build` first.');
  });
});

test.before.each(async (context) => {
  context.lab = await startLab();
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-minimal-'));
  await writeFile(join(context.dir, 'ackmail.json'), JSON.stringify(context.lab.settings()));
  context.host = startNode('examples/minimal-host.ts', [], context.dir);
});

test.after.each(async ({ lab, dir, host }) => {
  host.kill('SIGKILL');
  await host.ended();
  await lab.close();
  await rm(dir, { recursive: true });
});

test('A host loads the plugin through its manifest, and ends with the acknowledgement', async ({
  lab,
  host,
}) => {
  await host.says('(OAUTH_AUTHORIZATION_REQUIRED)');
  await until('the report below the system error', () =>
    /^Ackmail: 1 system error\n(.*\n)*?http\S+\nDaily report: 1 check/m.test(host.out()),
  );
  assert.is(lab.received().length, 0);

  const url = /^http\S+$/m.exec(host.out())?.[0] ?? '';
  const page = await fetch(await lab.authorization.signIn(url, alertsMailbox));
  assert.match(await page.text(), 'Authentication complete');
  const mail = await until('the alert mail', () => lab.received()[0]);
  assert.match(mail, 'Subject: [CRITICAL] DiskFull on db1 [');
  lab.reply(mail, 'on it');
  await host.says(`${person} acknowledges minimal-host/disk/db1: on it`);
  assert.is(await host.ended(), 0, host.err());
  assert.ok(
    host.out().trimEnd().split('\n').at(-2)?.startsWith('Daily report'),
    'the last report has no error',
  );
});

test.run();
