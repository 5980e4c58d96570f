import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testImapLogin } from '../../../src/ack/mailbox/test-imap-login.js';
import { systemClock } from '../../../src/core/clock.js';
import { Fault } from '../../../src/core/fault.js';
import { classifyReply } from '../../../src/core/refusals/classify-reply.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { accountAt, me, tokenLogin } from '../scene.js';
import { startScriptedImap } from './scripted-imap.js';

type AsksFor = 'transient' | 'sign-in' | 'administrator';
type Row = readonly [reply: string, asksFor: AsksFor, words: RegExp, remedy: RegExp];

const loginRemedy = 'What the provider wants for {mailbox}.';
const byProvider = /^What the provider wants for alerts@example\.com\.$/;
const any = /./;

/** Replies to a login. */
const logins: readonly Row[] = [
  // Exchange Online
  ['NO AUTHENTICATE failed.', 'sign-in', /scope or permission/, byProvider],
  ['BAD Request is throttled. Suggested Backoff Time: 21 milliseconds', 'transient', /slows down/, any],
  ['* BYE Connection is closed. 13', 'transient', /renews/, any],
  ['* BYE Connection is closed. 14', 'transient', /renews/, any],
  // Gmail
  ['NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)', 'sign-in', /does not accept/, byProvider],
  ['NO [ALERT] Too many simultaneous connections. (Failure)', 'transient', /too many connections/, any],
  [
    'NO [ALERT] Please log in via your web browser: https://support.google.com/mail (Failure)',
    'sign-in',
    /web browser/,
    /sign in as alerts@example\.com/,
  ],
  [
    'NO [ALERT] Application-specific password required (Failure)',
    'sign-in',
    /web browser/,
    /grant: authorization_code/,
  ],
  // RFC 5530
  ['NO [UNAVAILABLE] Temporary authentication failure', 'transient', /out of order/, any],
  ['NO [INUSE] locked', 'transient', /another program/, any],
  ['NO [LIMIT] enough', 'transient', /limit/, any],
  ['NO [SERVERBUG] oops', 'transient', /out of order/, any],
  [
    'NO [EXPIRED] That password is no longer good',
    'sign-in',
    /password.*expired/,
    /Set a new password for alerts@example\.com/,
  ],
  ['NO [PRIVACYREQUIRED] Not here', 'administrator', /wants TLS/, /imap\.security/],
  ['NO [CONTACTADMIN] Ask', 'administrator', /administrator/, /look at alerts@example\.com/],
  [
    'NO [AUTHORIZATIONFAILED] You may not be that',
    'administrator',
    /no right/,
    /right to read alerts@example\.com/,
  ],
  // Nobody we know
  ['NO We do not like you', 'administrator', /refuses the login for good/, byProvider],
];

/** Replies to the first command after the login. */
const openings: readonly Row[] = [
  [
    'BAD User is authenticated but not connected.',
    'administrator',
    /mailbox does not open/,
    /tried three times.*Set-CASMailbox -Identity alerts@example\.com -ImapEnabled \$true.*FullAccess/,
  ],
  ['* BYE Session invalidated - AccessTokenExpired', 'transient', /come to its end, which is normal/, any],
  ['* BYE Connection is closed. 13', 'transient', /renews/, any],
  ['* BYE Connection is closed. 14', 'transient', /renews/, any],
  ['BAD Request is throttled. Suggested Backoff Time: 21 milliseconds', 'transient', /slows down/, any],
];

/** What the test of a login ends with when the server answers `reply` to `command`, and the renewals that it took. */
async function faultAfter(reply: string, command: string) {
  const server = await startScriptedImap((line, _, socket) => {
    if (!line.startsWith(command)) return undefined;
    if (reply.startsWith('* BYE')) setImmediate(() => socket.end());
    return [reply.startsWith('*') ? reply : `TAG ${reply}`];
  });
  let renewals = 0;
  try {
    await testImapLogin({
      account: accountAt(server.port, {}, tokenLogin),
      tokens: {
        async getToken(_, options) {
          if (options?.renew !== undefined) renewals += 1;
          return { token: `t${renewals}`, expiresAt: new Date(Date.now() + 3_600_000) };
        },
      },
      network: createNetwork({ env: {} }),
      clock: systemClock,
      loginRemedy,
      signal: new AbortController().signal,
    });
    throw new Error(`The login went well after ${reply}`);
  } catch (thrown) {
    if (thrown instanceof Fault) return { fault: thrown, renewals };
    throw thrown;
  } finally {
    await server.close();
  }
}

async function check([reply, asksFor, words, remedy]: Row, command: string): Promise<number> {
  const during = command === 'AUTHENTICATE' ? 'login' : 'mail';
  const meaning = classifyReply('imap', reply, during);
  assert.is(meaning?.class, asksFor, reply);
  assert.match(meaning?.reason ?? '', words, reply);
  assert.ok(meaning?.remedy, reply);
  const { fault, renewals } = await faultAfter(reply, command);
  assert.is(fault.transient, asksFor === 'transient', `${reply}: ${fault.code}`);
  assert.ok(fault.code.startsWith('IMAP_'), reply);
  assert.match(fault.remedy, remedy, reply);
  return renewals;
}

test('Every reply to a login has its class, its words and its remedy.', async () => {
  for (const row of logins) {
    const renewals = await check(row, 'AUTHENTICATE');
    // Nobody is asked for another token on account of what passes.
    if (row[1] === 'transient') assert.is(renewals, 0, row[0]);
    if (row[3] === byProvider) assert.is(renewals, 1, row[0]);
  }
});

test('Every reply to the opening of a mailbox has its class, its words and its remedy.', async () => {
  for (const row of openings) assert.is(await check(row, 'EXAMINE'), 0, row[0]);
});

test('The throttle of a server says how long to wait.', () => {
  const reply = 'BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds';
  assert.is(classifyReply('imap', reply)?.pauseMs, 299_961);
});

test('What is said after the login is not known unless it is in the table.', () => {
  for (const reply of ['NO no such message', 'BAD what?', '', `NO ${me}`])
    assert.is(classifyReply('imap', reply), undefined);
});

test.run();
