import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { findReference } from '../../../src/ack/reference/find-reference.js';
import { createReferences } from '../../../src/ack/reference/reference.js';
import { key, references } from '../scene.js';

const id = 'abcdefghijk23';
const minted = references.mint(id, 'example.com');
const find = (...lines: string[]) =>
  findReference(readHeaderFields(Buffer.from(`${lines.join('\r\n')}\r\n\r\nbody`)), references);

test('A reference is read back, in any case and folded.', () => {
  assert.is(minted.subaddress.length, 43);
  assert.match(minted.subaddress, /^[a-z0-9]{43}$/);
  assert.is(minted.root, `<${minted.subaddress}.root@example.com>`);
  assert.is(minted.messageId, `<${minted.subaddress}@example.com>`);
  assert.match(minted.subjectTag, /^#[a-z2-7]{10}$/);
  assert.is(references.read(minted.subaddress), id);
  assert.is(references.read(minted.subaddress.toUpperCase()), id);
  assert.is(references.read(`${minted.subaddress.slice(0, 20)}\r\n ${minted.subaddress.slice(20)}`), id);
  assert.is(references.read(minted.subjectTag), undefined);
  // The same key and name give the same references after a restart.
  assert.is(createReferences({ key, installation: 'one' }).read(minted.subaddress), id);
  assert.throws(() => references.mint('Not An Id', 'example.com'), /13 characters/);
});

test('A reference that is altered anywhere, or comes from another installation, is none.', () => {
  const text = minted.subaddress;
  for (let index = 0; index < text.length; index += 1)
    for (const other of ['a', 'b', '7', '0', '-', '\u017f']) {
      const altered = text.slice(0, index) + other + text.slice(index + 1);
      if (altered !== text) assert.is(references.read(altered), undefined, altered);
    }
  for (let length = 0; length < text.length; length += 1)
    assert.is(references.read(text.slice(0, length)), undefined);
  assert.is(references.read(`${text}a`), undefined);
  for (const other of [
    createReferences({ key, installation: 'two' }),
    createReferences({ key: Buffer.alloc(32, 8), installation: 'one' }),
  ]) {
    assert.is(references.read(other.mint(id, 'example.com').subaddress), undefined);
    // Not with our tag before it either.
    const dressed = text.slice(0, 4) + other.mint(id, 'example.com').subaddress.slice(4);
    assert.is(references.read(dressed), undefined);
  }
});

test('The reference is found in every carrier.', () => {
  const { subaddress, messageId, root } = minted;
  const other = '<CAF+other@mail.example.org>';
  assert.equal(find(`In-Reply-To: ${messageId}`), { mailId: id, carrier: 'in-reply-to' });
  assert.equal(find(`References: ${other} ${root}`), { mailId: id, carrier: 'references' });
  assert.equal(find(`References: ${root},${other},${other}`), { mailId: id, carrier: 'references' });
  assert.equal(find('In-Reply-To:', ` <server-made@x>`, 'References:', `\t${root}`, ` ${other}`), {
    mailId: id,
    carrier: 'references',
  });
  for (const name of [
    'To',
    'Cc',
    'Delivered-To',
    'X-Original-To',
    'Envelope-To',
    'X-Envelope-To',
    'delivered-TO',
  ])
    for (const value of [
      `alerts+${subaddress}@example.com`,
      `"Alerts, all" <Alerts+${subaddress.toUpperCase()}@Example.com>, b@example.com`,
      `b@example.com, <alerts+${subaddress.slice(0, 9)}\r\n ${subaddress.slice(9)}@example.com>`,
    ])
      assert.equal(find(`${name}: ${value}`), { mailId: id, carrier: 'recipient' }, `${name}: ${value}`);
});

test('The newest reference of a thread wins.', () => {
  const later = references.mint('bbbbbbbbbbbbb', 'example.com');
  assert.is(find(`References: ${minted.root} ${minted.messageId} ${later.root}`)?.mailId, 'bbbbbbbbbbbbb');
  assert.is(
    find(`To: alerts+${later.subaddress}@example.com`, `In-Reply-To: ${minted.messageId}`)?.mailId,
    id,
  );
});

test('The subject alone, the body, and other fields carry no reference.', () => {
  const { subaddress, messageId, subjectTag } = minted;
  assert.is(find(`Subject: Re: [CRITICAL] x [${subjectTag}]`), undefined);
  assert.is(find(`Subject: ${messageId}`, `X-Comment: ${messageId}`), undefined);
  assert.is(find('Subject: x', '', `In-Reply-To: ${messageId}`), undefined);
  assert.is(find(`To: ${subaddress}@example.com`), undefined);
  assert.is(find(''), undefined);
  assert.is(findReference(readHeaderFields(Buffer.alloc(0)), references), undefined);
});

test('Huge and hostile headers are gone through quickly.', () => {
  const startedAt = performance.now();
  const forged = `<${minted.subaddress.slice(0, -1)}0@x>`;
  assert.is(find(`References: ${forged.repeat(2_000)}`), undefined);
  assert.is(find(`References: ${'<'.repeat(100_000)}`), undefined);
  assert.is(find(`References: ${`<${minted.subaddress.slice(0, -1)}0@`.repeat(2_000)}`), undefined);
  assert.is(find(`To: ${`+${minted.subaddress.slice(0, -1)}0@`.repeat(2_000)}`), undefined);
  assert.is(find(...Array.from({ length: 50_000 }, () => 'X: y')), undefined);
  // 100 kB of foreign ids before ours.
  assert.is(find(`References: ${'<someone@example.org> '.repeat(5_000)}${minted.root}`)?.mailId, id);
  assert.ok(performance.now() - startedAt < 1_000);
});

test('Header fields are seen as any reader might see them.', () => {
  const fields = readHeaderFields(
    Buffer.from(
      'From: a@example.com\rFROM : b@example.com\nno field\r\n folded\r\nSubject:x\r\n\r\nFrom: body',
    ),
  );
  assert.equal(fields.values('from'), ['a@example.com', 'b@example.com folded']);
  assert.equal(fields.values('subject'), ['x']);
  assert.ok(fields.complete);
  assert.not.ok(readHeaderFields(Buffer.from('From: a@example.com\r\nSubject: cut of')).complete);
  assert.not.ok(readHeaderFields(Buffer.from('From: a@example.com\r\n')).complete);
  assert.ok(readHeaderFields(Buffer.from('\r\n\r\n')).complete);
});

test.run();
