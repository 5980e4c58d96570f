import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Fault } from '../src/core/fault.js';
import { hideSecrets } from '../src/core/hide-secrets.js';
import type { Log } from '../src/index.js';
import { register } from '../src/index.js';
import { createHiding } from '../src/plugin-hiding.js';
import { startCli } from './helpers/cli-process.js';
import { filesOf, findSecrets } from './helpers/secret-search.js';
import { createTestHost, firedEvent } from './helpers/test-host.js';
import { until } from './helpers/until.js';

const secrets = ['plain-words-of-the-relay', 'plain-words-of-the-hook', 'plain-words-of-the-beat'];
const [password = '', hook = '', beat = ''] = secrets;
const settings = {
  accounts: {
    relay: {
      mailbox: 'relay@example.com',
      grant: 'password',
      password,
      smtp: { host: '127.0.0.1', port: 9, security: 'none' },
    },
  },
  actions: [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] }],
  monitors: { prod: { type: 'alertmanager', url: 'http://127.0.0.1:9', secret: hook } },
  heartbeat: { url: `http://127.0.0.1:9/${beat}` },
  http: { publicUrl: 'https://monitor.example.com' },
};

/** An error as libraries throw it: whatever was sent hangs on it. */
const leaking = () =>
  Object.assign(new Error(`it said ${password} and ${encodeURIComponent(hook)}`), {
    request: { headers: { authorization: password } },
    cause: { body: hook },
  });

test('What is known to be secret reaches neither log, events, status nor files of a host, whoever says it', async () => {
  const written: string[] = [];
  const write = (facts: object, message: string) => void written.push(inspect(facts, { depth: 12 }), message);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const program = ['./page.sh', password];
  const actions = [...settings.actions, { name: 'page', type: 'command', command: program }];
  const host = await createTestHost({ ...settings, actions });
  const script = join(host.settingsDir ?? '', 'page.sh');
  await writeFile(script, '#!/bin/sh\necho "refused: $1" >&2\nexit 1\n', { mode: 0o700 });
  const plugin = await register({
    ...host,
    log,
    reportSystemError() {
      throw leaking();
    },
  });
  for (const event of ['delivery', 'system-error'])
    host.events.on(event, (given: object) => {
      written.push(inspect(given, { depth: 12 }));
      throw leaking();
    });
  try {
    await plugin.start();
    await plugin.handleAlerts([firedEvent('db1')]);
    await until('the system error', () => plugin.reportHeader().text.includes('refused: [redacted]'));
    await until('the throwing listener', () =>
      written.some((text) => text.includes('A listener of the host threw')),
    );
    await until('the throwing host', () =>
      written.some((text) => text.includes('did not take a system error')),
    );
    await until('the fault of the action', async () =>
      (await plugin.status()).actions.some(({ lastFault }) => lastFault?.includes('refused: ')),
    );
    written.push(JSON.stringify(await plugin.status()), JSON.stringify(plugin.reportHeader()));
    for await (const step of plugin.testServer('relay')) written.push(JSON.stringify(step));
  } finally {
    await plugin.stop();
  }
  const texts = written.map((text) => ['written', text] as const);
  assert.ok(texts.some(([, text]) => text.includes('[redacted]')));
  assert.equal(findSecrets(secrets, [...texts, ...(await filesOf(host.dataDir))]), []);
  await host.remove();
});

test('What a host says of a failure, and what ends a test, reaches a page without its secrets', async () => {
  const hiding = createHiding(hideSecrets([password]));
  const said = new Fault('HOST_UNAVAILABLE', { monitor: 'prod', detail: `it said ${password}` }, leaking());
  const hidden = hiding.fault(said);
  assert.is(hidden.message, said.message.replace(password, '[redacted]'));
  assert.equal([hidden.code, hidden.transient], [said.code, said.transient]);
  for (const thrown of [said, leaking()]) {
    const steps = hiding.steps(
      (async function* () {
        yield { message: 'one' };
        throw thrown;
      })(),
    );
    const ended = await (async () => {
      for await (const _ of steps);
    })().catch((error: unknown) => error);
    assert.is(ended instanceof Fault, thrown instanceof Fault);
    assert.match(String(ended), '[redacted]');
    assert.not.match(
      inspect(ended instanceof Fault ? [ended.message, ended.remedy, ended.facts] : ended),
      password,
    );
  }
});

test('A crash of the command shows no secret, nor does what anybody prints on the way', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-hiding-'));
  await writeFile(join(dir, 'ackmail.yaml'), JSON.stringify(settings));
  const crashes = {
    error: `throw Object.assign(new Error('sent ' + secret), { secret, cause: { secret } })`,
    object: 'throw { secret, toString: () => secret }',
    promise: 'void Promise.reject(new AggregateError([new Error(secret)], secret))',
    poisoned: `const error = new Error(); Object.defineProperty(error, 'message', { get() { throw new Error(secret); } }); throw error`,
  };
  for (const [name, code] of Object.entries(crashes)) {
    const preload = join(dir, `${name}.mjs`);
    await writeFile(
      preload,
      `const secret = ${JSON.stringify(password)};
process.on('SIGUSR2', () => { console.log('printed', secret); console.error(Buffer.from(secret).toString('base64')); ${code}; });`,
    );
    const serving = startCli(['serve'], dir, {
      ACKMAIL_DEBUG: '1',
      NODE_OPTIONS: `--import ${pathToFileURL(preload).href}`,
    });
    await serving.says('ackmail: ready');
    process.kill(serving.pid, 'SIGUSR2');
    assert.is(await serving.ended(), 1, name);
    assert.match(serving.out(), 'printed [redacted]');
    assert.match(serving.err(), 'Something went wrong that is not foreseen');
    const texts = [
      ['out', serving.out()],
      ['err', serving.err()],
    ] as const;
    assert.equal(findSecrets(secrets, texts), [], name);
  }
  assert.match(await readFile(join(dir, 'ackmail.yaml'), 'utf8'), password);
  await rm(dir, { recursive: true });
});

test.run();
