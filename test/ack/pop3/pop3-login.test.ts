import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { me } from '../scene.js';
import type { Turn } from './scripted-pop3.js';
import { bare, bearer, challenge, password, says, talk, token, xoauth2 } from './talk.js';

test('A password is shown by AUTH PLAIN, or by USER and PASS where the server has no mechanism.', async () => {
  const plain = `\0${me}\0${password}`;
  assert.equal((await talk({})).lines, ['CAPA', 'AUTH PLAIN', plain, 'QUIT']);
  assert.equal((await talk({ capabilities: ['sasl plain'] })).lines, ['CAPA', 'AUTH PLAIN', plain, 'QUIT']);
  const legacy = ['CAPA', `USER ${me}`, `PASS ${password}`, 'QUIT'];
  assert.equal((await talk({ capabilities: ['SASL CRAM-MD5', 'USER'] })).lines, legacy);
  assert.equal((await talk({ capabilities: [] })).lines, legacy);
  assert.equal((await talk({ on: { CAPA: bare } })).lines, legacy, 'no CAPA');
});

test('A token is shown in two lines, or in one where the server refuses the bare command.', async () => {
  const inTwo = await talk({}, undefined, { token: true });
  assert.equal(inTwo.lines, ['CAPA', 'AUTH XOAUTH2', xoauth2, 'QUIT']);
  const oneLine = (turn: Turn) => (turn.line.split(' ').length === 2 ? turn.say(bare) : turn.honest());
  const inOne = await talk({ on: { AUTH: oneLine } }, undefined, { token: true });
  assert.equal(inOne.lines, ['CAPA', 'AUTH XOAUTH2', `AUTH XOAUTH2 ${xoauth2}`, 'QUIT']);
  const unannounced = await talk({ on: { CAPA: bare } }, undefined, { token: true });
  assert.equal(unannounced.lines, ['CAPA', 'AUTH XOAUTH2', xoauth2, 'QUIT']);
  const exchange = await talk({ on: { AUTH: '+\r\n' } }, undefined, { token: true });
  assert.equal(exchange.lines, ['CAPA', 'AUTH XOAUTH2', xoauth2, 'QUIT'], 'a plus alone');
});

test('OAUTHBEARER is taken where it is announced, and the user name cannot add to it.', async () => {
  const capabilities = ['SASL PLAIN XOAUTH2 OAUTHBEARER'];
  const { lines } = await talk({ capabilities }, undefined, { token: true });
  assert.equal(lines, ['CAPA', 'AUTH OAUTHBEARER', bearer, 'QUIT']);
  const odd = await talk({ capabilities }, undefined, { token: true, user: 'a,b=c@example.com' });
  assert.is(odd.lines[2], bearer.replace(me, 'a=2Cb=3Dc@example.com'));
});

test('A challenge that tells of an error is answered as the mechanism wants, and the refusal says why.', async () => {
  for (const [mechanism, empty] of [
    ['XOAUTH2', ''],
    ['OAUTHBEARER', 'AQ=='],
  ] as const) {
    let responses = 0;
    const RESPONSE = (turn: Turn) => {
      responses += 1;
      turn.say(responses === 1 ? `+ ${challenge.toString('base64')}\r\n` : '-ERR [AUTH] no\r\n');
    };
    const told = await talk({ capabilities: [`SASL ${mechanism}`], on: { RESPONSE } }, undefined, {
      token: true,
    });
    assert.is(told.lines.length, 4);
    assert.is(told.lines[3], empty);
    says(told, 'POP3_LOGIN_REFUSED', /\[AUTH\] no \{"status":"400"/);
  }
});

test('A login that is refused without a word, with a challenge only or with ever more of them ends.', async () => {
  const refuse = (RESPONSE: string) => talk({ on: { RESPONSE } }, undefined, { token: true });
  says(await refuse('-ERR\r\n'), 'POP3_LOGIN_REFUSED', /refuses the login of account alerts: -ERR$/);
  const endless = await refuse('+ \r\n');
  says(endless, 'POP3_LOGIN_REFUSED', /refuses the login of account alerts: \+$/);
  assert.is(endless.lines.length, 4);
  says(await refuse('+ !!!\r\n'), 'POP3_LOGIN_REFUSED', /: !!!/);
  const echoed = Buffer.from(`{"token":"${token}"}`).toString('base64');
  says(
    await refuse(`-ERR what is ${xoauth2.replaceAll('\x01', '')}${echoed}?\r\n`),
    'POP3_LOGIN_REFUSED',
    /:/,
  );
  const spoken = await refuse(`-ERR \x1b[2J\x07\x9bgone\x00\r\n`);
  says(spoken, 'POP3_LOGIN_REFUSED', /gone/);
});

test('A maildrop that somebody else holds, and a server that is short of something, are no refused logins.', async () => {
  const held = { on: { PASS: '-ERR [IN-USE] maildrop is locked\r\n' }, capabilities: [] };
  says(await talk(held), 'POP3_TEMPORARY', /\[IN-USE\] maildrop is locked/);
  const out = { on: { RESPONSE: '-ERR [SYS/TEMP] later\r\n' } };
  says(await talk(out), 'POP3_TEMPORARY', /\[SYS\/TEMP\] later/);
});

test('Control characters come into no command.', async () => {
  for (const user of ['a\r\nDELE 1', 'a\nb', 'a\0b', 'a\x01auth=Bearer x', 'a\x7fb', 'a\u0085b']) {
    for (const byToken of [true, false]) {
      const { lines, fault } = await talk({}, undefined, { token: byToken, user });
      assert.equal(lines, ['CAPA'], JSON.stringify(user));
      assert.match(fault?.message ?? '', /control characters/);
    }
  }
  for (const capabilities of [[], ['SASL PLAIN']]) {
    const injected = await talk({ capabilities }, undefined, { pass: `${password}\r\nDELE 1` });
    assert.equal(injected.lines, ['CAPA']);
    says(injected, 'POP3_TEMPORARY', /control characters/);
  }
  const international = await talk({ capabilities: [] }, undefined, { user: 'grüße@example.com' });
  assert.equal(international.lines, ['CAPA']);
  says(international, 'POP3_TEMPORARY', /a command is one line of ASCII/);
});

test.run();
