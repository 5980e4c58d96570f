import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findReference } from '../../../src/ack/reference/find-reference.js';
import { dkimEvidence } from '../../../src/ack/trust/dkim-evidence.js';
import { keysOf, type Signature, signedMail } from '../../helpers/signed-mail.js';
import { person, references, replyTo } from '../scene.js';

const id = 'aaaaaaaaaaaaa';
const other = 'bbbbbbbbbbbbb';
const receivedAt = new Date('2026-03-01T03:00:00Z');
const dns = keysOf(['example.com', 'mail.example.com', 'evil.test'], ['silent.example.com']);

/** A reply as its author's mail server gets it. */
const letter = (fields: Readonly<Record<string, string | undefined>> = {}, words = 'ack 2h') =>
  replyTo(id, words, fields).replace(/^Authentication-Results:.*\r\n/, '');
const verify = (mail: string, resolveTxt = dns.resolveTxt) =>
  dkimEvidence(
    {
      ...{ source: Buffer.from(mail), sender: person, receivedAt },
      answers: (fields) => findReference(fields, references)?.mailId === id,
    },
    resolveTxt,
  );
const verdict = async (mail: string) => (await verify(mail)).verdict;
const signed = (signature: Signature = {}, fields = {}) => signedMail(letter(fields), signature);

test('A signature of the domain of the sender shows who sent a reply.', async () => {
  assert.equal(await verify(signed()), { verdict: 'pass', text: 'dkim=pass of example.com (DKIM)' });
  assert.is(await verdict(signed({ domain: 'mail.example.com' })), 'pass');
  assert.is(await verdict(signed({ domain: 'evil.test' })), 'fail');
  assert.is(await verdict(letter()), 'fail');
  // A foreign one beside it does no harm, wherever it stands.
  assert.is(await verdict(signedMail(signed(), { domain: 'evil.test' })), 'pass');
  assert.is(await verdict(signedMail(signed({ domain: 'evil.test' }))), 'pass');
});

test('A name that the DNS cannot have is no server that does not answer.', async () => {
  const resolveTxt = async () => {
    throw Object.assign(new Error('queryTxt EBADNAME'), { code: 'EBADNAME' });
  };
  assert.is((await verify(signed(), resolveTxt)).verdict, 'fail');
});

test('What was changed after it was signed does not count.', async () => {
  const mail = signed();
  assert.is(await verdict(mail.replace('ack 2h', 'ack 9h')), 'fail');
  assert.is(await verdict(mail.replace('ops@example.com', 'boss@example.com')), 'fail');
  assert.is(await verdict(`${mail}\r\nmore\r\n`), 'fail');
  assert.is(await verdict(mail.replace('Subject: Re', 'Subject: Ra')), 'fail');
  assert.is(
    await verdict(mail.replace(/b=([A-Za-z0-9])/, (_, first) => `b=${first === 'A' ? 'B' : 'A'}`)),
    'fail',
  );
  // Mail servers may add fields on top, and fold lines anew.
  assert.is(await verdict(`Received: by mx.example.com\r\n${mail}`), 'pass');
  assert.is(await verdict(mail.replace('Subject: Re: ', 'Subject:  Re:\r\n\t')), 'pass');
});

test('A mail that was signed before, with a reference added, does not count.', async () => {
  const lunch = letter({
    'In-Reply-To': undefined,
    References: undefined,
    To: 'bob@example.org',
    Subject: 'Lunch?',
  });
  const { messageId, root, subaddress } = references.mint(id, 'example.com');
  const replayed = (...lines: string[]) =>
    signedMail(lunch).replace('From:', `${[...lines, 'From:'].join('\r\n')}`);
  assert.match((await verify(signedMail(lunch))).text, /does not cover/);
  for (const line of [
    `Delivered-To: alerts+${subaddress}@example.com`,
    `X-Original-To: alerts+${subaddress}@example.com`,
    `Cc: alerts+${subaddress}@example.com`,
  ])
    assert.match((await verify(replayed(line))).text, /does not cover/, line);
  // Where the fields that it has are covered, one that is added breaks it, or is a second one of which the lower is covered.
  for (const line of [
    `In-Reply-To: ${messageId}`,
    `References: ${root}`,
    `To: alerts+${subaddress}@example.com`,
  ])
    assert.is(await verdict(replayed(line)), 'fail', line);
  assert.is(
    await verdict(signedMail(letter(), { covers: ['From', 'Subject', 'Date', 'Message-ID'] })),
    'fail',
  );
  assert.is(await verdict(signedMail(letter(), { covers: ['From', 'References'] })), 'pass');
  // What is covered names another mail of ours.
  const elsewhere = replyTo(other, 'ack').replace(/^Authentication-Results:.*\r\n/, '');
  const moved = signedMail(elsewhere).replace('From:', `In-Reply-To: ${messageId}\r\nFrom:`);
  assert.is(await verdict(moved), 'fail');
});

test('Signatures that prove little do not count.', async () => {
  const fails = async (mail: string, why: RegExp) => {
    const { verdict: found, text } = await verify(mail);
    assert.is(found, 'fail', text);
    assert.match(text, why);
  };
  await fails(signed({ bodyLength: 3 }), /part of the body/);
  await fails(signed({ bodyLength: 0 }), /part of the body/);
  await fails(signed({ covers: ['To', 'In-Reply-To', 'Subject'] }), /does not cover the From/);
  await fails(signed().replace('a=rsa-sha256', 'a=rsa-sha1'), /method/);
  await fails(signed({ tags: ' x=1;' }), /expired/);
  await fails(signed({ tags: ' d=evil.test;' }), /cannot be read/);
  await fails(signed().replace('v=1;', `v=1; z=${'x'.repeat(9_000)};`), /too long/);
  await fails(
    Array.from({ length: 11 }).reduce((mail: string) => signedMail(mail), letter()),
    /more than 10/,
  );
  await fails(signed().replace('Subject:', 'X: a\rSubject:'), /line ends/);
  for (const record of ['t=y;', 't=s:y;', 's=other;', 'k=ed25519;', 'v=DKIM2;']) {
    const { resolveTxt } = keysOf(['example.com'], [], record);
    assert.is((await verify(signed(), resolveTxt)).verdict, 'fail', record);
  }
  for (const record of ['t=s;', 's=*;', 's=email;', 'k=rsa;']) {
    const { resolveTxt } = keysOf(['example.com'], [], record);
    assert.is((await verify(signed(), resolveTxt)).verdict, 'pass', record);
  }
  // A signature that ran out after the mail came in is good, though it is read late.
  assert.is(await verdict(signed({ tags: ` x=${receivedAt.getTime() / 1_000 + 60};` })), 'pass');
});

test('A From that can be read in two ways belongs to nobody.', async () => {
  const { verdict: found, text } = await verify(
    signedMail(letter({ From: 'x@evil.test (<ops@example.com>), <ops@example.com>' })),
  );
  assert.is(found, 'fail', text);
});

test('A mail full of signatures costs one look-up that fails, and a few that do not.', async () => {
  let mail = letter();
  for (let number = 0; number < 9; number += 1) mail = signedMail(mail);
  const asked: string[] = [];
  const ask = (answer: () => Promise<string[][]>) => (name: string) => {
    asked.push(name);
    return answer();
  };
  const silent = ask(() =>
    Promise.reject(Object.assign(new Error('queryTxt ETIMEOUT'), { code: 'ETIMEOUT' })),
  );
  assert.is((await verify(mail, silent)).verdict, 'later');
  assert.is(asked.length, 1);
  asked.length = 0;
  const slow = ask(async () => [['v=DKIM1; p=']]);
  assert.is((await verify(mail, slow)).verdict, 'fail');
  assert.is(asked.length, 3);
});

test('A DNS server that does not answer refuses nothing.', async () => {
  const { verdict: found, text } = await verify(signed({ domain: 'silent.example.com' }));
  assert.is(found, 'later');
  assert.match(text, /DNS/);
  assert.is(await verdict(signedMail(signed({ domain: 'silent.example.com' }))), 'pass');
  assert.is(await verdict(signed({ domain: 'gone.example.com' })), 'fail');
});

test.run();
