import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { oneSender, senderRefusal } from '../../../src/ack/trust/sender-policy.js';
import { composedMail } from '../scene.js';

const sender = (...from: string[]) =>
  oneSender(readHeaderFields(Buffer.from(`${from.map((each) => `From: ${each}`).join('\r\n')}\r\n\r\n`)));

test('One sender is read out of what mail clients write.', () => {
  for (const from of [
    'ops@example.com',
    '<ops@example.com>',
    'Ops <OPS@Example.COM>',
    '"Ops, all of them" <ops@example.com>',
    '"a \\" <b@example.org>" <ops@example.com>',
    '=?utf-8?Q?J=C3=BCrgen?= <ops@example.com>',
    'ops@example.com (Ops (the team) <x@example.org>)',
    '(me) Ops\r\n <ops@example.com>',
    'boss@example.org (\\) <evil@example.org> (x)) <ops@example.com>',
    'boss@example.org (") <ops@example.com> (")',
    'boss@example.org <ops@example.com>',
  ])
    assert.is(sender(from), 'ops@example.com', from);
});

test('Two senders, or none that is plain, are no sender.', () => {
  assert.is(sender(), undefined);
  assert.is(sender('ops@example.com', 'ops@example.com'), undefined);
  assert.is(sender('ops@example.com', 'evil@example.org'), undefined);
  for (const from of [
    '',
    'Ops',
    '<>',
    'ops@example.com, evil@example.org',
    'ops@example.com,',
    'Ops <ops@example.com>, Evil <evil@example.org>',
    '<ops@example.com> <evil@example.org>',
    '<ops@example.com><evil@example.org>',
    'Team: ops@example.com;',
    'Team: Ops <ops@example.com>;',
    'evil@example.org ops@example.com',
    'ops@example.com\0@example.org',
    '<ops@example.com\u202e>',
    'ops@@example.com',
    '"ops"@example.com',
    '@example.com',
    'ops@',
    '<ops@example.com',
    'ops@example.com>',
    'evil@example.org <<ops@example.com>>',
    '<@example.org:ops@example.com>',
    `${'a'.repeat(70)}@example.com`,
    `<ops@example.com>${'('.repeat(3_000)}`,
    'ops@example.com (evil@example.org',
    'ops@example.com) <evil@example.org>',
    '"ops@example.com <evil@example.org>',
    'evil@example.org (\\) <ops@example.com> (x',
    '<o(x)ps@example.com>',
    '<\u212aim@example.com>',
  ])
    assert.is(sender(from), undefined, from);
});

const refusal = (sender: string, allow: string[] = [], deny: string[] = []) =>
  senderRefusal(sender, mail, [{ allow, deny }]);
const mail = composedMail('aaaaaaaaaaaaa', {
  recipients: { 'Ops@Example.com': { status: 'accepted' }, 'list@example.net': { status: 'rejected' } },
});

test('A recipient of the mail may acknowledge, and whom the settings allow.', () => {
  assert.is(refusal('ops@example.com'), undefined);
  assert.is(refusal('OPS@EXAMPLE.COM'), undefined);
  assert.is(refusal('list@example.net'), undefined);
  assert.ok(refusal('someone@example.com'));
  assert.is(refusal('someone@example.com', ['*@Example.com']), undefined);
  assert.is(refusal('Someone@example.com', ['someone@EXAMPLE.com']), undefined);
  assert.is(refusal('someone@xn--bcher-kva.example', ['*@bücher.example']), undefined);
  for (const stranger of [
    'a@sub.example.com',
    'a@notexample.com',
    'a@example.com.evil.test',
    'a@example.org',
    '*@example.com',
  ])
    assert.ok(refusal(stranger, ['*@example.com.', 'b@example.org']), stranger);
});

test('Whom the settings deny may not acknowledge, whoever else allows it.', () => {
  assert.match(refusal('ops@example.com', [], ['OPS@example.com']) ?? '', /deny: OPS@example\.com/);
  assert.ok(refusal('ops@example.com', ['ops@example.com'], ['*@example.com']));
  assert.is(refusal('list@example.net', [], ['*@example.com', 'x@example.net']), undefined);
  const both = [
    { allow: ['*@example.org'], deny: [] },
    { allow: [], deny: ['boss@example.org'] },
  ];
  assert.is(senderRefusal('a@example.org', mail, both), undefined);
  assert.ok(senderRefusal('boss@example.org', mail, both), 'denied by the action');
  assert.ok(senderRefusal('boss@example.org', mail, both.toReversed()), 'denied by all');
});

test('Who got the mail by a subaddress answers from the mailbox, and who is denied is denied with every subaddress.', () => {
  assert.match(refusal('intern+x@contoso.com', ['*@contoso.com'], ['intern@contoso.com']) ?? '', /deny/);
  const alerts = composedMail('aaaaaaaaaaaaa', {
    recipients: { 'ops+alerts@example.com': { status: 'accepted' } },
  });
  const by = (from: string) => senderRefusal(from, alerts, [{ allow: [], deny: [] }]);
  assert.is(by('ops@example.com'), undefined);
  assert.is(by('ops+alerts@example.com'), undefined);
  assert.ok(by('ops+phone@example.com'));
  assert.ok(refusal('ops+x@example.com'));
  assert.ok(by('alerts@example.com'));
  assert.ok(by('ops@example.org'));
  // What begins with the sign has no mailbox in front of it.
  assert.ok(senderRefusal('+a@example.com', mail, [{ allow: ['+b@example.com'], deny: [] }]));
});

test.run();
