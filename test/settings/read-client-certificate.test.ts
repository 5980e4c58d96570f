import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Fault } from '../../src/core/fault.js';
import { readClientCertificate } from '../../src/settings/read-client-certificate.js';
import { testCertificate } from '../helpers/certificate.js';

const test = suite<{ dir: string }>('read-client-certificate');
const { key, cert } = await testCertificate();

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-certificate-'));
  await writeFile(join(context.dir, 'client.pem'), cert);
});
test.after.each(async ({ dir }) => {
  await rm(dir, { recursive: true });
});

const read = (dir: string) => readClientCertificate({ file: 'client.pem', key: 'client.key' }, dir);

async function refusal(dir: string, text: string): Promise<string> {
  await writeFile(join(dir, 'client.key'), text);
  const thrown = await read(dir).then(
    () => 'it was taken',
    (error: unknown) => error,
  );
  if (!(thrown instanceof Fault)) throw new Error(String(thrown));
  assert.is(thrown.code, 'CONFIG_UNREADABLE');
  assert.match(thrown.message, 'client.key');
  assert.not.match(thrown.message + String(thrown.cause), 'PRIVATE');
  return thrown.message;
}

test('A certificate and its key are read, from two files or from one, the older form too.', async ({
  dir,
}) => {
  await writeFile(join(dir, 'client.key'), key);
  const found = await read(dir);
  assert.match(found.certificate, '-----BEGIN CERTIFICATE-----');
  assert.match(found.key, '-----BEGIN PRIVATE KEY-----');
  await writeFile(join(dir, 'both.pem'), `${key}\n${cert}`);
  const both = await readClientCertificate({ file: 'both.pem', key: join(dir, 'both.pem') }, dir);
  assert.equal(both, found);
});

test('What does not fit is refused, and nothing of the key is told.', async ({ dir }) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
  assert.match(
    await refusal(dir, rsa.export(pkcs8).toString()),
    'not the key of the certificate in client.pem',
  );
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  assert.match(await refusal(dir, ec.export(pkcs8).toString()), 'not an RSA key');
  const locked = rsa.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  assert.match(await refusal(dir, locked), 'no private key without a passphrase');
  for (const text of ['', 'x', cert, key.slice(0, 200)]) await refusal(dir, text);
  await writeFile(join(dir, 'client.key'), key);
  await writeFile(join(dir, 'client.pem'), 'x');
  const thrown = await read(dir).catch(String);
  assert.match(String(thrown), /client\.pem cannot be read: it holds no certificate in PEM/);
});

test('A file that is not there is named.', async ({ dir }) => {
  const thrown = await read(dir).catch(String);
  assert.match(String(thrown), /client\.key cannot be read: ENOENT/);
});

test.run();
