import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { automaticSign } from '../../../src/ack/trust/automatic-mail.js';

const sign = (...lines: string[]) =>
  automaticSign(
    readHeaderFields(Buffer.from(['From: Ops <ops@example.com>', ...lines, '', 'text'].join('\r\n'))),
  );

test('Automatic mail is known in every form.', () => {
  for (const line of [
    'Auto-Submitted: auto-replied',
    'Auto-Submitted: auto-generated; reason="vacation"',
    'auto-submitted: AUTO-NOTIFIED',
    'Auto-Submitted: (no) auto-replied',
    'Auto-Submitted: no-idea',
    'Auto-Submitted:',
    'Return-Path: <>',
    'Return-Path:  < >',
    'Precedence: bulk',
    'Precedence: LIST',
    'Precedence: junk',
    'Precedence: auto_reply',
    'X-Autoreply: yes',
    'X-Autorespond:',
    'X-Auto-Reply: 1',
    'X-Failed-Recipients: a@example.org',
    'List-Id: Ops <ops.example.com>',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
    'Content-Type: multipart/report;\r\n report-type=disposition-notification',
    'Content-Type: message/delivery-status',
    'Subject: Automatic reply: [CRITICAL] DiskFull on db1',
    'Subject: AUTOMATIC REPLY: x',
    'Subject: Out of Office Re: x',
    'Subject: Out of the office',
    'Subject: Auto-Reply: x',
    'Subject: Abwesenheitsnotiz: x',
    'Subject: Automatische Antwort: x',
    'Subject: =?utf-8?Q?R=C3=A9ponse_automatique_:_x?=',
    'Subject: =?iso-8859-1?Q?R=E9ponse?= =?iso-8859-1?Q?_automatique?=',
    'Subject: =?utf-8?B?6Ieq5YuV5b+c562UOiB4?=',
    'Subject: Respuesta automática: x',
    'Subject: Autosvar: x',
    'Subject: Automatisch antwoord: x',
    'Subject: Risposta automatica: x',
    'Subject: Undeliverable: x',
    'Subject: Delivery Status Notification (Failure)',
    'Subject: Read: x',
  ])
    assert.ok(sign(line), line);
});

test('Senders that are no persons are known.', () => {
  for (const from of [
    'MAILER-DAEMON@example.com',
    'Mail Delivery System <Postmaster@example.com>',
    'no-reply@example.com',
    'NoReply <noreply@example.com>',
    'donotreply@example.com',
    'do_not_reply@example.com',
    'bounce-123@example.com',
  ]) {
    const fields = readHeaderFields(Buffer.from(`From: ${from}\r\n\r\n`));
    assert.ok(automaticSign(fields), from);
  }
});

test('A person is not taken for software.', () => {
  for (const line of [
    'Auto-Submitted: no',
    'Auto-Submitted: No ; because="a person"',
    'Auto-Submitted: (a comment) no',
    'X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply',
    'X-Auto-Response-Suppress: All',
    'Return-Path: <ops@example.com>',
    'Precedence: first-class',
    'Subject: Re: [CRITICAL] Autoreply daemon is down on mx1',
    'Subject: Re: [WARNING] out of office space',
    'Subject: Reading list',
    'Content-Type: multipart/mixed; boundary=report',
    'X-Mailer: Out of Office 365',
  ])
    assert.is(sign(line), undefined, line);
});

test('Hostile fields are gone through quickly.', () => {
  const startedAt = performance.now();
  sign(`Subject: ${'=?utf-8?Q?'.repeat(20_000)}`);
  sign(`Subject: ${'=?utf-8?Q?a?= '.repeat(10_000)}`);
  sign(`Subject: ${'=?no-such?B?////?='.repeat(5_000)}`);
  sign(`Auto-Submitted: ${'('.repeat(100_000)}`);
  sign(`From: ${'a@'.repeat(100_000)}`);
  sign(`From: ${'a'.repeat(100_000)}`);
  assert.ok(performance.now() - startedAt < 1_000, `${performance.now() - startedAt}`);
});

test.run();
