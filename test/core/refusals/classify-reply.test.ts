import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { classifyReply } from '../../../src/core/refusals/classify-reply.js';

type Row = readonly [reply: string, asksFor: string, words: RegExp, remedy: RegExp];

const pop3: readonly Row[] = [
  // Exchange Online
  [
    '-ERR Authentication failure: unknown user name or bad password.',
    'sign-in',
    /user, scope or permission/,
    /POP\.AccessAsUser\.All/,
  ],
  ['-ERR Logon failure: unknown user name or bad password.', 'sign-in', /does not accept/, /Sign in again/],
  ['-ERR User is authenticated but not connected.', 'administrator', /does not open/, /-PopEnabled \$true/],
  ['-ERR Session invalidated - AccessTokenExpired', 'transient', /normal/, /fresh access token/],
  // Gmail, RFC 2449 and RFC 3206
  ['-ERR [AUTH] Username and password not accepted.', 'sign-in', /does not accept/, /Sign in again/],
  [
    '-ERR [SYS/TEMP] Temporary system problem. Please try again later.',
    'transient',
    /out of order/,
    /Nothing now/,
  ],
  [
    '-ERR [SYS/PERM] Your account is not enabled for POP access.',
    'administrator',
    /changes something/,
    /POP on/,
  ],
  [
    '-ERR [IN-USE] Unable to lock maildrop: Mailbox is locked by POP server',
    'transient',
    /another program/,
    /Nothing now/,
  ],
  ['-ERR [LOGIN-DELAY] minimum time between mail checks violation', 'transient', /too short/, /Nothing now/],
  [
    '-ERR [AUTH] Application-specific password required',
    'sign-in',
    /web browser/,
    /grant: authorization_code/,
  ],
  ['-ERR Too many simultaneous connections', 'transient', /cannot do it now/, /Nothing now/],
];

test('Every reply of a POP3 server has its class, its words and its remedy.', () => {
  for (const [reply, asksFor, words, remedy] of pop3)
    for (const during of ['login', 'mail'] as const) {
      const meaning = classifyReply('pop3', reply, during);
      assert.is(meaning?.class, asksFor, reply);
      assert.match(meaning?.reason ?? '', words, reply);
      assert.match(meaning?.remedy ?? '', remedy, reply);
    }
  assert.is(classifyReply('pop3', '-ERR no', 'login')?.class, 'administrator');
  assert.is(classifyReply('pop3', '-ERR no such message'), undefined);
});

test('The code of a reply is told as people know it.', () => {
  const codeOf = (protocol: 'imap' | 'pop3', reply: string) => classifyReply(protocol, reply)?.code;
  assert.is(codeOf('imap', 'A1 NO [AUTHENTICATIONFAILED] Invalid'), 'IMAP NO [AUTHENTICATIONFAILED]');
  assert.is(codeOf('imap', '* BYE Connection is closed. 13'), 'IMAP BYE');
  assert.is(codeOf('imap', 'User is authenticated but not connected.'), 'IMAP');
  assert.is(codeOf('pop3', '-ERR [SYS/TEMP] later'), 'POP3 -ERR [SYS/TEMP]');
});

test('A reply of a hostile server is read in no time.', () => {
  for (const piece of ['[A', '[', '535 ', '5.7.', '535 5.7.139 ', 'suggested backoff time: '])
    for (const protocol of ['smtp', 'imap', 'pop3'] as const) {
      const startedAt = Date.now();
      classifyReply(protocol, piece.repeat(100_000), 'login');
      assert.ok(Date.now() - startedAt < 500, `${protocol} ${piece}`);
    }
});

test.run();
