import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { forwardingSign } from '../../../src/ack/trust/forwarding-sign.js';

const ours = '[CRITICAL] DiskFull on db1 [#abcdefghij]';
const sign = (line: string, subject = ours) =>
  forwardingSign(readHeaderFields(Buffer.from(`From: ops@example.com\r\n${line}\r\n\r\n`)), subject);
const subject = (text: string) => sign(`Subject: ${text}`);

test('A forward is known in the languages of the world.', () => {
  for (const prefix of [
    ...[
      'Fwd: ',
      'FW: ',
      'fw:',
      'Fwd[2]: ',
      'FW (2): ',
      '[Fwd: ',
      '(Fwd) ',
      ' Fwd : ',
      'FWD：',
      'Forwarded: ',
    ],
    ...[
      'WG: ',
      'TR: ',
      'TR : ',
      'RV: ',
      'ENC: ',
      'I: ',
      'Doorst: ',
      'VB: ',
      'VL: ',
      'FS: ',
      'PD: ',
      'İLT: ',
      'YML: ',
    ],
    ...[
      'Továbbítás: ',
      'Přep: ',
      'ПЕР: ',
      'ΠΡΘ: ',
      'הועבר: ',
      'إعادة توجيه: ',
      '转发: ',
      '转发：',
      '轉寄: ',
      '転送: ',
      '전달: ',
    ],
  ])
    assert.ok(subject(`${prefix}${ours}`), prefix);
  assert.ok(subject(`=?utf-8?B?${Buffer.from('转发: x').toString('base64')}?=`));
  assert.ok(subject(`=?iso-8859-1?Q?Tov=E1bb=EDt=E1s:_x?=`));
});

test('What was sent again or attached is known.', () => {
  for (const line of [
    'Resent-From: ops@example.com',
    'Resent-To: x@example.com',
    'RESENT-DATE: now',
    'Resent-Message-ID: <a@b>',
  ])
    assert.match(sign(line) ?? '', /sent again/, line);
  assert.ok(sign('Content-Type: message/rfc822'));
});

test('A reply is no forward.', () => {
  for (const prefix of [
    'Re: ',
    'AW: ',
    'SV: ',
    'Antw: ',
    'RES: ',
    'R: ',
    'VS: ',
    'Odp: ',
    '回复: ',
    'Re: Fwd: ',
    'RE: FW: ',
    '',
  ])
    assert.is(subject(`${prefix}${ours}`), undefined, prefix);
  for (const line of [
    'Subject: Transport is down',
    'Subject: Information',
    'Subject: pdf: x',
    'X-Resent-From: x',
    'Content-Type: multipart/mixed',
  ])
    assert.is(sign(line), undefined, line);
  // Some people's alerts begin so.
  assert.is(sign('Subject: TR: rack 7', 'TR: rack 7'), undefined);
});

test('Hostile subjects are gone through quickly.', () => {
  const startedAt = performance.now();
  for (const text of ['[', '(', ' ', 'fwd', 'Fwd[', '1', '転'])
    for (const end of ['', ':']) subject(`Fwd${text.repeat(60_000 / text.length)}${end}`);
  assert.ok(performance.now() - startedAt < 1_000, `${performance.now() - startedAt}`);
});

test.run();
