import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const file = 'examples/ackmail.service';

/** The settings of the service, each with its values in their order. */
async function directives(): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [, name, value] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), value ?? '']);
  }
  return found;
}

test('The service runs as a user of its own, writes nowhere but to its state, and gains no rights', async () => {
  const found = await directives();
  const wanted = {
    User: 'ackmail',
    StateDirectory: 'ackmail',
    StateDirectoryMode: '0700',
    UMask: '0077',
    ProtectSystem: 'strict',
    ProtectHome: 'yes',
    PrivateTmp: 'yes',
    NoNewPrivileges: 'yes',
    CapabilityBoundingSet: '',
    RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX AF_NETLINK',
    SystemCallArchitectures: 'native',
  };
  for (const [name, value] of Object.entries(wanted)) assert.equal(found.get(name), [value], name);
  assert.equal(found.get('LoadCredential'), ['ackmail-key:/etc/ackmail/ackmail.key']);
  assert.equal(found.get('SystemCallFilter')?.[0], '@system-service');
  assert.not.ok(found.has('MemoryDenyWriteExecute'), 'V8 would not start');
});

test('The service is started again after a failure, and not where the settings have to change', async () => {
  const found = await directives();
  assert.equal(found.get('Restart'), ['on-failure']);
  assert.equal(found.get('RestartPreventExitStatus'), ['2']);
  assert.equal(found.get('StartLimitIntervalSec'), ['0']);
  assert.equal(found.get('ExecStart'), ['/usr/bin/env ackmail serve --config /etc/ackmail/ackmail.yaml']);
});

test('systemd understands every line of the service, where it is on this machine', async () => {
  const analyze = promisify(execFile);
  const said = await analyze('systemd-analyze', ['verify', `./${file}`]).catch(
    (error: { readonly code?: unknown; readonly stderr?: string }) => error,
  );
  if ('code' in said && said.code === 'ENOENT') return;
  assert.not.match(said.stderr ?? '', /ackmail\.service/);
});

test('The package ships the service', async () => {
  const { files } = JSON.parse(await readFile('package.json', 'utf8')) as {
    readonly files: readonly string[];
  };
  assert.ok(files.includes('examples/*.service'));
});

test.run();
