import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { acknowledgeLink } from '../../../src/actions/email/acknowledge-link.js';

const mail = {
  replyTo: 'alerts+abc@example.com',
  subject: '[CRITICAL] DiskFull on db-1',
  tag: '#k3v9q2m7xa',
  words: 'ack',
};

test('address, subject with tag and words, percent-encoded: no plus sign, no space', () => {
  assert.is(
    acknowledgeLink(mail),
    'mailto:alerts%2Babc@example.com?subject=Re%3A%20%5BCRITICAL%5D%20DiskFull%20on%20db-1%20%5B%23k3v9q2m7xa%5D&body=ack',
  );
  assert.match(acknowledgeLink({ ...mail, words: 'ack all' }) ?? '', /&body=ack%20all$/);
  assert.match(acknowledgeLink({ ...mail, tag: undefined }) ?? '', 'on%20db-1&body');
});

test('there is none without an address to reply to', () => {
  assert.is(acknowledgeLink({ ...mail, replyTo: undefined }), undefined);
});

test('what an alert says adds no field, no line and no end of the link', () => {
  const subject = `a&bcc=eve@example.com?body=x#y"><b>'(*)!~ %0D%0A\r\nBcc: eve\n;+ü`;
  const link = acknowledgeLink({ ...mail, subject }) ?? '';
  assert.match(link, /^mailto:[a-zA-Z0-9@._%-]+\?subject=[a-zA-Z0-9._%-]+&body=ack$/);
  const [, value = ''] = /subject=([^&]*)/.exec(link) ?? [];
  assert.is(decodeURIComponent(value), `Re: ${subject.replace(/\r\n|\n/g, '\r\n')} [#k3v9q2m7xa]`);
  assert.match(value, '%0D%0ABcc', 'a line ends in CRLF');
  assert.match(value, '%C3%BC', 'UTF-8');
});

test('half a character, which has no code, is left out', () => {
  assert.match(acknowledgeLink({ ...mail, subject: 'a\ud83db' }) ?? '', 'Re%3A%20ab%20');
});

test('a link stays below 2,000 characters: the words go before the tag, and then the button', () => {
  const long = acknowledgeLink({ ...mail, subject: '漢'.repeat(300) }) ?? '';
  assert.match(long, /\?subject=Re%3A%20%20%5B%23k3v9q2m7xa%5D&body=ack$/);
  assert.ok((acknowledgeLink({ ...mail, subject: '漢'.repeat(200) }) ?? '').length <= 2_000);
  assert.is(acknowledgeLink({ ...mail, replyTo: `${'ü'.repeat(400)}@example.com` }), undefined);
});

test.run();
