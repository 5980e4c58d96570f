import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSmtpTransport } from '../../../src/actions/email/smtp-transport.js';
import { systemClock } from '../../../src/core/clock.js';
import type { FaultCode } from '../../../src/core/fault.js';
import { classifyReply } from '../../../src/core/refusals/classify-reply.js';
import { startSubmissionServer } from '../../helpers/submission-server.js';
import { faultOf, rawMail, testAccount, testLog, testNetwork, testTokens } from './parts.js';

const forever = new AbortController().signal;
const to = ['a@example.com'];
const hourMs = 3_600_000;
const loginRemedy = 'What the provider wants for {user}.';

type AsksFor = 'transient' | 'sign-in' | 'administrator' | 'ours';
type Row = readonly [reply: string, asksFor: AsksFor, words: RegExp, remedy: RegExp, waitMs?: number];

const byProvider = /^What the provider wants for alerts@example\.com\.$/;
const nothing = /^Nothing now; it is tried again by itself/;

/** Replies to a login. */
const logins: readonly Row[] = [
  // Exchange Online
  [
    '535 5.7.3 Authentication unsuccessful [AM0PR01.example.com]',
    'sign-in',
    /scope or permission/,
    byProvider,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled',
    'administrator',
    /SMTP AUTH is switched off/,
    /Set-TransportConfig -SmtpClientAuthenticationDisabled \$false/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
    'administrator',
    /also for OAuth 2\.0/,
    /Set-CASMailbox -Identity alerts@example\.com -SmtpClientAuthenticationDisabled \$false/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, user is locked by your organization security defaults policy.',
    'administrator',
    /policy/,
    /exempt alerts@example\.com/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully.',
    'administrator',
    /policy/,
    /sign-in logs/,
  ],
  [
    '550 5.7.30 Basic authentication is not supported for Client Submission.',
    'administrator',
    /no passwords any more/,
    /grant: authorization_code/,
  ],
  [
    '432 4.3.2 Concurrent connections limit exceeded.',
    'transient',
    /too many connections/,
    /smtp\.connections/,
  ],
  ['421 4.3.2 Service not available', 'transient', /busy/, nothing],
  ['451 4.7.0 Temporary server error. Please try again later. PRX4', 'transient', /busy/, nothing],
  // Gmail
  [
    '454 4.7.0 Too many login attempts, please try again later.',
    'transient',
    /cannot check the login now/,
    nothing,
  ],
  ['421 4.7.0 Try again later, closing connection.', 'transient', /busy/, nothing],
  [
    '534 5.7.9 Please log in with your web browser and then try again.',
    'sign-in',
    /web browser/,
    /sign in as alerts@example\.com/,
  ],
  ['535 5.7.8 Username and Password not accepted.', 'sign-in', /does not accept the credential/, byProvider],
  // Nobody we know
  ['535 Authentication failed', 'sign-in', /does not accept the credential/, byProvider],
  ['550 5.9.9 We do not like you', 'administrator', /refuses the login for good/, byProvider],
];

/** Replies to a sender or to a message. */
const mails: readonly Row[] = [
  // Exchange Online
  [
    '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
    'administrator',
    /may not send as/,
    /Add-RecipientPermission alerts@example\.com -Trustee alerts@example\.com -AccessRights SendAs/,
  ],
  [
    '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message',
    'administrator',
    /may not send as/,
    /SendAs/,
  ],
  ['550 5.2.252 SendAsDenied; not allowed to send as', 'administrator', /may not send as/, /SendAs/],
  ['550 5.2.252 Not permitted', 'administrator', /may not send as/, /SendAs/],
  [
    '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message',
    'transient',
    /10,000/,
    /every hour.*within 24 hours/,
    hourMs,
  ],
  ['554 5.2.2 mailbox full', 'administrator', /full/, /Sent Items/],
  ['550 5.2.251 The mailbox is full', 'administrator', /full/, /Make room in alerts@example\.com/],
  ['550 5.2.253 No licence', 'administrator', /licence/, /throttled/, hourMs],
  ['550 5.2.254 Too many', 'administrator', /too many/, /throttled/, hourMs],
  ['550 5.2.255 Invalid recipients', 'administrator', /invalid recipients/, /throttled/, hourMs],
  ['550 5.7.233 Tenant external recipient limit', 'transient', /tenant/, /within 24 hours/, hourMs],
  [
    '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded [Hostname=AM0PR01]',
    'transient',
    /too many connections/,
    /Exchange Online allows 3/,
  ],
  ['432 4.3.2 Concurrent connections limit exceeded.', 'transient', /too many connections/, /lower/],
  ['421 4.3.2 The maximum number of concurrent connections', 'transient', /busy|connections/, nothing],
  [
    '421 4.4.2 Message submission rate for this client has exceeded',
    'transient',
    /slows the sender/,
    nothing,
  ],
  ['451 4.7.0 Temporary server error. PRX2', 'transient', /busy/, nothing],
  ['451 4.7.500 Server busy. Please try again later', 'transient', /busy/, nothing],
  ['451 4.7.651 Throttled', 'transient', /busy/, nothing],
  ['451 4.7.699 Throttled', 'transient', /busy/, nothing],
  ['550 5.7.30 Basic authentication is not supported', 'administrator', /no passwords/, /authorization_code/],
  // Gmail
  ['421 4.3.0 Temporary System Problem. Try again later', 'transient', /busy/, nothing],
  ['421 4.4.5 Server busy, try again later.', 'transient', /busy/, nothing],
  ['450 4.2.1 The user is receiving mail too quickly', 'transient', /busy|slows/, nothing],
  ['451 4.3.0 Mail server temporarily rejected message', 'transient', /busy/, nothing],
  ['550 5.4.5 Daily user sending limit exceeded.', 'transient', /2,000.*500/, /within 24 hours/, hourMs],
  // Nobody we know
  ['452 4.5.3 Too many recipients', 'transient', /too many recipients/, /next transaction/],
  ['552 5.5.3 Too many recipients', 'transient', /too many recipients/, /next transaction/],
  ['552 5.3.4 Message too big', 'administrator', /larger/, /limit/],
  ['550 5.1.1 no such user', 'administrator', /no such recipient/, /`to` or `cc` of the action/],
  ['554 We do not like this', 'administrator', /rejects it for good/, /Read the reply/],
];

async function faultAfter(reply: string, where: 'login' | 'sender' | 'mail') {
  const refusal = { code: Number(reply.slice(0, 3)), text: reply.slice(4) };
  const server = await startSubmissionServer({
    validate: async () => where !== 'login',
    loginRefusal: refusal,
    ...(where === 'sender' ? { rejectSender: () => refusal } : {}),
    ...(where === 'mail' ? { rejectMail: () => refusal } : {}),
  });
  const tokens = testTokens();
  const transport = createSmtpTransport({
    account: testAccount({ port: server.port }),
    ...{ tokens, network: testNetwork(), clock: systemClock, log: testLog(), loginRemedy },
    limits: { connectMs: 1_000, greetingMs: 1_000, silenceMs: 5_000 },
  });
  try {
    return { fault: await faultOf(transport.send(rawMail(to), to, forever)), renewals: tokens.renewals() };
  } finally {
    await transport.close();
    await server.close();
  }
}

/** What the adapter makes of a reply: never a sign-in for one that passes. */
const codes = (asksFor: AsksFor, otherwise: FaultCode): FaultCode =>
  asksFor === 'transient' ? 'SMTP_DEFERRED' : otherwise;
const expectFault = async (row: Row, where: 'login' | 'sender' | 'mail', otherwise: FaultCode) => {
  const [reply, asksFor, , remedy, waitMs] = row;
  const isOfAccount = classifyReply('smtp', reply)?.about === 'account' || where === 'sender';
  const permanent = isOfAccount && where !== 'login' ? 'SMTP_SENDER_REFUSED' : otherwise;
  const { fault, renewals } = await faultAfter(reply, where);
  assert.is(fault.code, codes(asksFor, permanent), reply);
  assert.is(fault.transient, asksFor === 'transient', reply);
  assert.match(fault.remedy, remedy, reply);
  assert.is(fault.facts['retryAfterMs'], waitMs, reply);
  assert.match(String(fault.facts['reply']), reply.slice(0, 60));
  return renewals;
};

test('Every reply to a login has its class, its words and its remedy.', async () => {
  for (const row of logins) {
    const [reply, asksFor, words, remedy] = row;
    const meaning = classifyReply('smtp', reply, 'login');
    assert.is(meaning?.class, asksFor, reply);
    assert.match(meaning?.reason ?? '', words, reply);
    // One other token is tried for a credential that is refused without a reason, and for nothing else.
    assert.is(await expectFault(row, 'login', 'SMTP_LOGIN_REFUSED'), remedy === byProvider ? 1 : 0, reply);
  }
});

test('Every reply to a mail has its class, its words and its remedy.', async () => {
  for (const row of mails) {
    const [reply, asksFor, words] = row;
    const meaning = classifyReply('smtp', reply);
    assert.is(meaning?.class, asksFor, reply);
    assert.match(meaning?.reason ?? '', words, reply);
  }
  for (const where of ['sender', 'mail'] as const) {
    const renewals = await Promise.all(mails.map((row) => expectFault(row, where, 'SMTP_REJECTED')));
    assert.ok(renewals.every((count) => count === 0));
  }
});

test('A reply of several lines is one, and its codes are told.', () => {
  const gmail =
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail';
  assert.is(classifyReply('smtp', gmail)?.code, '535 5.7.8');
  assert.is(classifyReply('smtp', '550 no')?.code, '550');
  assert.is(classifyReply('smtp', '550-first\r\n550 5.7.60 second')?.code, '550 5.7.60');
  // Neither a longer number nor one in the text is taken for a code.
  assert.is(classifyReply('smtp', '550 5.7.600 x')?.remedy, classifyReply('smtp', '550 x')?.remedy);
  assert.is(classifyReply('smtp', 'hello 535 5.7.3'), undefined);
  assert.is(classifyReply('smtp', ''), undefined);
});

test('A wait that a server asks for is no longer than an hour.', () => {
  const text = '451 4.7.0 Suggested Backoff Time: 999999999 milliseconds';
  assert.is(classifyReply('smtp', text)?.pauseMs, hourMs);
});

test.run();
