import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { explainRefusal } from '../../src/cli/explain/explain-refusal.js';
import { program } from '../../src/cli/program.js';
import { startCli } from '../helpers/cli-process.js';
import { fakeTerminal } from '../helpers/fake-terminal.js';

type Row = readonly [text: string, asksFor: string, code: string, remedy: RegExp];

const challenge = Buffer.from(
  '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}',
).toString('base64');
const jwt =
  'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL291dGxvb2sub2ZmaWNlLmNvbSJ9.c2lnbmF0dXJl';

const rows: readonly Row[] = [
  // Bodies of token endpoints: whole, printed over several lines, cut off, escaped inside a log line
  [
    '{"error":"invalid_grant","error_description":"AADSTS700082: The refresh token has expired due to inactivity.","error_codes":[700082]}',
    'sign-in',
    'AADSTS700082',
    /sign in as USER/,
  ],
  [
    '{\n  "error": "invalid_client",\n  "error_description": "AADSTS7000222: The provided client secret keys for app are expired.",\n  "error_codes": [\n    7000222\n  ]\n}',
    'administrator',
    'AADSTS7000222',
    /new client secret/,
  ],
  ['{"error":"invalid_grant","error_codes":[50173', 'sign-in', 'invalid_grant', /sign in/],
  [
    'body: "{\\"error\\":\\"invalid_client\\",\\"error_description\\":\\"Unauthorized\\"}"',
    'administrator',
    'invalid_client',
    /clientSecret/,
  ],
  [
    '{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}',
    'sign-in',
    'invalid_grant',
    /sign in/,
  ],
  [
    '{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)","error_subtype":"invalid_rapt"}',
    'sign-in',
    'invalid_rapt',
    /come again/,
  ],
  ["{'error': 'slow_down'}", 'transient', 'slow_down', /Nothing now/],
  // Addresses, pages and log lines
  [
    'http://localhost:8025/oauth/callback?error=access_denied&error_description=AADSTS65004%3a+User+declined+to+consent&state=abc',
    'sign-in',
    'AADSTS65004',
    /accept what is asked for/,
  ],
  ['https://example.com/cb#error=consent_required', 'sign-in', 'consent_required', /accept/],
  [
    '?error=interaction_required&error_description=AADSTS999999%3A%20New',
    'sign-in',
    'AADSTS999999',
    /sign in/,
  ],
  [
    "AADSTS50011: The redirect URI 'http://127.0.0.1:8025/' specified in the request does not match",
    'administrator',
    'AADSTS50011',
    /redirect URI/,
  ],
  [
    'You cannot access this right now\nError Code: 53003\nRequest Id: 0f1e2d3c-4b5a',
    'administrator',
    'AADSTS53003',
    /sign-in logs/,
  ],
  [
    '2026-03-01T03:00:00Z ERROR oauth2: cannot fetch token: AADSTS90033: A transient error has occurred',
    'transient',
    'AADSTS90033',
    /Nothing now/,
  ],
  ['oauth2: "invalid_grant" "Bad Request"', 'sign-in', 'invalid_grant', /sign in/],
  ['AADSTS54005: OAuth2 Authorization code was already redeemed', 'ours', 'AADSTS54005', /Start again/],
  [
    'HTTP/1.1 503 Service Unavailable\r\n\r\n{"error":"invalid_grant"}',
    'transient',
    'HTTP 503',
    /Nothing now/,
  ],
  ['Request failed with status code 429', 'transient', 'HTTP 429', /Nothing now/],
  // Submission servers
  [
    '535 5.7.3 Authentication unsuccessful [AM0PR01CA0001.eurprd01.prod.exchangelabs.com]',
    'sign-in',
    '535 5.7.3',
    /SMTP\.Send/,
  ],
  [
    "smtplib.SMTPAuthenticationError: (535, b'5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.')",
    'administrator',
    '535 5.7.139',
    /Set-CASMailbox -Identity USER/,
  ],
  [
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials',
    'sign-in',
    '535 5.7.8',
    /Sign in again/,
  ],
  [
    'S: 550 5.7.30 Basic authentication is not supported for Client Submission.',
    'administrator',
    '550 5.7.30',
    /authorization_code/,
  ],
  [
    "Remote Server returned '554 5.2.252 SendAsDenied; alerts@example.com not allowed to send as other@example.com'",
    'administrator',
    '554 5.2.252',
    /-Trustee USER/,
  ],
  ['Invalid login: 535 Authentication failed', 'sign-in', '535', /Sign in again/],
  [
    'postfix/smtp[1]: A1: to=<a@example.com>, status=deferred (host mail.example.com said: 451 4.7.500 Server busy (in reply to end of DATA))',
    'transient',
    '451 4.7.500',
    /Nothing now/,
  ],
  [
    '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed',
    'transient',
    '554 5.2.0',
    /24 hours/,
  ],
  ['< 250 ok\n< 421 4.3.2 Service not active', 'transient', '421 4.3.2', /Nothing now/],
  ['554 Something else', 'administrator', '554', /Read the reply/],
  // The more telling reply counts, and not the first
  [
    '554 Something else\n535 5.7.139 the request did not meet the criteria',
    'administrator',
    '535 5.7.139',
    /sign-in logs/,
  ],
  // Mailbox servers
  [
    'A1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)',
    'sign-in',
    'IMAP NO [AUTHENTICATIONFAILED]',
    /scope/,
  ],
  ['A0001 NO AUTHENTICATE failed.', 'sign-in', 'IMAP NO', /not of Graph/],
  ['3 BAD User is authenticated but not connected.', 'administrator', 'IMAP BAD', /-ImapEnabled \$true/],
  ['* BYE Session invalidated - AccessTokenExpired', 'transient', 'IMAP BYE', /fresh access token/],
  ['* BYE Connection is closed. 14', 'transient', 'IMAP BYE', /by itself/],
  [
    'ERROR imap: BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds',
    'transient',
    'IMAP BAD',
    /as long as the server says/,
  ],
  [
    '-ERR Authentication failure: unknown user name or bad password.',
    'sign-in',
    'POP3 -ERR',
    /POP\.AccessAsUser\.All/,
  ],
  ['S: -ERR [SYS/TEMP] Temporary system problem', 'transient', 'POP3 -ERR [SYS/TEMP]', /Nothing now/],
  // The challenge before a refusal
  [`334 ${challenge}`, 'sign-in', 'SASL 400', /renewed once/],
  [`+ ${challenge}`, 'sign-in', 'SASL 400', /renewed once/],
  ['{"status":"insufficient_scope","scope":"mail"}', 'sign-in', 'SASL insufficient_scope', /scope/],
  // No answer at all
  ['Error: connect ECONNREFUSED 127.0.0.1:587', 'transient', 'ECONNREFUSED', /port/],
  ['getaddrinfo ENOTFOUND smtp.office365.example', 'transient', 'ENOTFOUND', /name/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'transient', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /private CA/],
];

test('Every form in which a refusal is pasted is understood.', () => {
  for (const [text, asksFor, code, remedy] of rows)
    for (const pasted of [text, `\n\n  ${text}\r\n`, text.replaceAll('\n', '\r\n')]) {
      const found = explainRefusal(pasted);
      assert.is(found?.class, asksFor, text);
      assert.is(found?.code, code, text);
      assert.ok((found?.meaning ?? '').length > 10, text);
      assert.match(found?.remedy ?? '', remedy, text);
      assert.equal(Object.keys(found ?? {}), ['class', 'code', 'meaning', 'remedy']);
      assert.not.match(JSON.stringify(found), /\{(user|mailbox)\}/);
    }
});

const unknown = [
  'hello',
  'AADSTS999999: A new one.',
  '{"error":"teapot","error_description":"short and stout"}',
  'error=teapot',
  'HTTP 404 Not Found',
  '250 2.0.0 OK',
  'It took 450 ms, and 550 mails were sent. Version 5.7.3 of 2026-05-30.',
  'Please try again later, there are too many of you',
  'A1 NO no such message',
  '-ERR no such message',
  '{"status":"200","scope":"x"}',
  'constructor toString __proto__ ?error=constructor',
  '{"status":"constructor","scope":"x"}',
  'We have had NO problem, and BAD luck; BYE then',
  jwt,
  '\u0000\u202e',
];

test('What is not understood is said to be so, and nothing is made up.', async () => {
  for (const text of unknown) {
    assert.is(explainRefusal(text), undefined, text);
    for (const json of [[], ['--json']]) {
      const { code, out, err } = await run(['explain', '-', ...json], text);
      assert.is(code, 1, text);
      assert.is(out, '');
      assert.match(err, /no refusal in this text that Ackmail knows/);
      assert.not.match(err, jwt);
    }
  }
  assert.match((await run(['explain', '-'], 'AADSTS999999: x')).err, '(it names AADSTS999999)');
  assert.match((await run(['explain', '-'], 'x?error=teapot')).err, '(it names teapot)');
});

async function run(args: readonly string[], text: string) {
  const terminal = fakeTerminal();
  terminal.stdin.end(text);
  return { code: await program(args, '1.2.3', terminal), out: terminal.out(), err: terminal.err() };
}

test('The text is read from standard input only, and never told from the command line.', async () => {
  const { code, out, err } = await run(['explain', 'AADSTS50173 s3cret'], '');
  assert.is(code, 2);
  assert.is(out, '');
  assert.match(err, 'ackmail explain - < FILE');
  assert.not.match(err, 's3cret');
  const many = await run(['explain', '-', 's3cret', 'words'], 'AADSTS50173');
  assert.is(many.code, 2);
  assert.not.match(many.err, 's3cret');
  const nothing = await run(['explain', '-'], ' \n');
  assert.is(nothing.code, 2);
  assert.match(nothing.err, 'no text');
  assert.is((await run(['explain'], 'AADSTS50173')).code, 0);
});

test('What an explanation quotes holds no token.', async () => {
  const secret = 'M.C5xx_BAY.-CfakeRefreshTokenFakeRefreshToken1234567890';
  for (const text of [
    `{"error":"invalid_grant","error_description":"Bad token ${jwt} and ${secret}","refresh_token":"${secret}"}`,
    `http://localhost/cb?error=access_denied&error_description=${secret}&code=${secret}&state=${jwt}`,
    `AUTH XOAUTH2 dXNlcj1hbGVydHNAZXhhbXBsZS5jb20BYXV0aD1CZWFyZXIg${'c2VjcmV0'.repeat(9)}AQE=\n554 no ${jwt}`,
    `?error=${secret}`,
    `550 5.9.9 ${secret} \u001b[31m\u202e`,
  ])
    for (const json of [[], ['--json']]) {
      const { out, err } = await run(['explain', '-', ...json], text);
      assert.not.match(out + err, /eyJ|CfakeRefresh|c2VjcmV0|\u001b|\u202e/);
    }
});

test('A text that was made to be slow is answered in no time.', () => {
  for (const piece of [
    '{"error":"',
    '535 5.7.3 ',
    '(535, b"',
    '-ERR ',
    'NO [',
    'AADSTS',
    'A'.repeat(16),
    '"status":',
    '\n ',
  ])
    for (const text of [piece.repeat(30_000), `${piece.repeat(20_000)}\nx`.slice(0, 262_144)]) {
      const startedAt = Date.now();
      explainRefusal(text);
      assert.ok(Date.now() - startedAt < 1_500, `${piece}: ${Date.now() - startedAt} ms`);
    }
});

test('At a terminal the text is pasted, and Ctrl-D ends it.', async () => {
  const terminal = fakeTerminal();
  Object.assign(terminal.stdin, { isTTY: true });
  const ended = program(['explain', '-', '--json'], '1.2.3', terminal);
  terminal.stdin.write('535-5.7.8 Username and Password\r535 5.7.8 not accepted\r');
  terminal.stdin.write('\u0004');
  assert.is(await ended, 0);
  assert.is(JSON.parse(terminal.out()).code, '535 5.7.8');
  assert.match(terminal.err(), 'Paste the refusal');

  const interrupted = fakeTerminal();
  Object.assign(interrupted.stdin, { isTTY: true });
  const end = program(['explain', '-'], '1.2.3', interrupted);
  interrupted.stdin.write('535\r\u0003');
  assert.is(await end, 130);
});

test('The command explains what is piped in, without settings, readable and as JSON.', async () => {
  const command = async (args: readonly string[], text: string) => {
    const process = startCli(['explain', ...args], '/');
    process.write(text);
    process.end();
    return { code: await process.ended(), out: process.out(), err: process.err() };
  };
  const text =
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.\r\n';
  const [readable, json, unknownText] = await Promise.all([
    command(['-'], text),
    command(['-', '--json'], text),
    command(['-', '--json'], 'hello\n'),
  ]);
  assert.is(readable.err, '');
  assert.is(readable.code, 0);
  assert.match(readable.out, '535 5.7.139: an administrator must change something (administrator)');
  assert.match(readable.out, 'What happened: SMTP AUTH is switched off');
  assert.match(readable.out, 'What to do:    In Exchange Online PowerShell');
  assert.is(json.code, 0);
  const { meaning, remedy, ...rest } = JSON.parse(json.out);
  assert.equal(rest, { class: 'administrator', code: '535 5.7.139' });
  assert.match(meaning, 'SMTP AUTH is switched off');
  assert.match(remedy, 'Set-TransportConfig');
  assert.is(unknownText.code, 1);
  assert.is(unknownText.out, '');
  assert.match(unknownText.err, 'no refusal');
});

test.run();
