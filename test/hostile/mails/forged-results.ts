import { authservId } from '../../helpers/received.js';
import { type HostileMail, honestResults, letter, mailsOf } from './hostile-mail.js';

const field = 'Authentication-Results';
const fail = `${authservId}; dmarc=fail header.from=example.com`;
/** A mail with these values of Authentication-Results, from the top. */
const results =
  (...values: readonly string[]) =>
  (mailId: string) =>
    letter(mailId, { top: values.map((value) => `${field}: ${value}`) });
const lines =
  (...top: readonly string[]) =>
  (mailId: string) =>
    letter(mailId, { top });
const own = (text: string) => results(`${authservId}; ${text}`);

const generic = mailsOf('forged Authentication-Results', 'refused', {
  'none at all': lines(),
  'an empty one': results(''),
  'only none': own('none'),
  'a pass by the attacker below a fail': results(fail, honestResults),
  'a pass by the attacker between two fails': results(fail, honestResults, fail),
  'a pass below the hop of somebody else': lines(
    'Received: from client by relay.example.org; Sun, 1 Mar 2026 03:00:00 +0000',
    `${field}: ${honestResults}`,
  ),
  'a pass at the end of the header, below that hop': (mailId) =>
    letter(mailId, {
      top: ['Received: from a by mail.example.org with ESMTP'],
      more: [`${field}: ${honestResults}`],
    }),
  'another server': results('mx.example.org; dmarc=pass header.from=example.com'),
  'a server that begins with our name': results(
    `${authservId}.example.org; dmarc=pass header.from=example.com`,
  ),
  'a server that ends with our name': results(`not${authservId}; dmarc=pass header.from=example.com`),
  'our name in a comment': results(`mx.example.org (${authservId}); dmarc=pass header.from=example.com`),
  'our name behind a slash': results(`mx.example.org/${authservId}; dmarc=pass header.from=example.com`),
  'our name as the first result': results(`${authservId}=pass; dmarc=pass header.from=example.com`),
  'no name at all': results('dmarc=pass header.from=example.com'),
  'our name with a Cyrillic letter': results('mx.ex\u0430mple.com; dmarc=pass header.from=example.com'),
  'our name with a NUL': results(`${authservId}\0; dmarc=pass header.from=example.com`),
  'version 2': results(`${authservId} 2; dmarc=pass header.from=example.com`),
  'a fail with a pass in a comment': own('dmarc=fail (dmarc=pass) header.from=example.com'),
  'a pass in a comment in front': own('(dmarc=pass header.from=example.com) dmarc=fail'),
  'a pass in a comment with a semicolon': own('(x; dmarc=pass header.from=example.com) dmarc=fail'),
  'a pass in nested comments': own('((a) dmarc=pass header.from=example.com; (b)) dmarc=none'),
  'a pass behind an escaped bracket in a comment': own(
    '(\\) ; dmarc=pass header.from=example.com) dmarc=fail header.from=example.com',
  ),
  'a pass in an open comment': own('dmarc=fail (; dmarc=pass header.from=example.com'),
  'a pass in a quoted reason': own('dmarc=fail reason="; dmarc=pass header.from=example.com"'),
  'a pass behind an escaped quotation mark': own(
    'dmarc=fail reason="\\"; dmarc=pass header.from=example.com"',
  ),
  'an open quotation': own('dmarc=fail reason="; dmarc=pass header.from=example.com'),
  'a pass in the name of a mailbox': own(
    'dmarc=fail smtp.mailfrom="x; dmarc=pass header.from=example.com"@a',
  ),
  'another method with dmarc in it': own('x-dmarc=pass header.from=example.com'),
  'dmarc with something behind it': own('dmarcx=pass header.from=example.com'),
  passed: own('dmarc=passed header.from=example.com'),
  'pass with a dot': own('dmarc=pass. header.from=example.com'),
  bestguesspass: own('dmarc=bestguesspass header.from=example.com'),
  'a policy of dmarc': own('dmarc.policy=pass header.from=example.com'),
  'pass of nobody': own('dmarc=pass'),
  'pass of somebody else': own('dmarc=pass header.from=example.org'),
  'pass of a domain that begins with ours': own('dmarc=pass header.from=example.com.example.org'),
  'pass of a domain that ends in ours': own('dmarc=pass header.from=notexample.com'),
  'pass of two domains': own('dmarc=pass header.from=example.com header.from=example.org'),
  'pass of another domain, ours in the next result': own(
    'dmarc=pass header.from=example.org; x=y header.from=example.com',
  ),
  'pass of the address in the envelope': own('dmarc=pass smtp.mailfrom=example.com'),
  'a pass and a fail': own('dmarc=pass header.from=example.com; dmarc=fail header.from=example.com'),
  'a fail and a pass': own('dmarc=fail header.from=example.com; dmarc=pass header.from=example.com'),
  'two passes': own('dmarc=pass header.from=example.com; dmarc=pass header.from=example.org'),
  'dmarc=temperror': own('dmarc=temperror header.from=example.com'),
  'dmarc=none': own('dmarc=none header.from=example.com'),
  'SPF alone': own('spf=pass smtp.mailfrom=ops@example.com'),
  'DKIM of somebody else': own('dkim=pass header.d=example.org'),
  'DKIM of somebody else with an identity of ours': own(
    'dkim=pass header.d=example.org header.i=@example.com',
  ),
  'DKIM of ours that failed': own('dkim=fail header.d=example.com'),
  'DKIM of ours beside a DMARC that failed': own(
    'dmarc=fail header.from=example.com; dkim=pass header.d=example.com',
  ),
  'ARC alone': own('arc=pass header.oldest-pass=0'),
  'an iprev': own('iprev=pass policy.iprev=192.0.2.1'),
  'dmarc=fail, folded to look like a pass': results(
    `${authservId};\r\n dmarc=\r\n fail\r\n (dmarc=pass)\r\n header.from=example.com`,
  ),
  'the original one, as Exchange keeps it': lines(`${field}-Original: ${honestResults}`),
  'the ones of ARC': lines(`ARC-${field}: i=1; ${honestResults}`),
  'one with an X': lines(`X-${field}: ${honestResults}`),
  'one with a space in its name': lines(`Authentication -Results: ${honestResults}`),
  'one with other dashes': lines(`Authentication\u2010Results: ${honestResults}`),
  'a pass behind 20,000 characters': own(`${'x=y; '.repeat(5_000)}dmarc=pass header.from=example.com`),
  'a pass behind 1,000 other results': own(
    `${'x=y z.a=b; '.repeat(1_000)}dmarc=pass header.from=example.com`,
  ),
  '10,000 open comments': own(`${'('.repeat(10_000)}dmarc=pass header.from=example.com`),
  'an encoded word': own('=?utf-8?q?dmarc=3Dpass_header=2Efrom=3Dexample=2Ecom?='),
  'a lone CR in another field makes one': (mailId) =>
    letter(mailId, { top: [`${field}: ${fail}`, `X-Note: a\r${field}: ${honestResults}`] }),
  'in the body': (mailId) => letter(mailId, { top: [], body: `${field}: ${honestResults}\r\n\r\nack\r\n` }),
});

const microsoft = (text: string) => results(text);
const compauth = (text: string, dmarc = 'dmarc=none action=none header.from=example.com') =>
  microsoft(
    `spf=none (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dkim=none (message not signed) header.d=none;${dmarc};compauth=${text}`,
  );

const microsoft365 = mailsOf(
  'forged verdict of Exchange',
  'refused',
  {
    'none at all': lines(),
    'compauth=none': compauth('none reason=405'),
    'compauth=softpass': compauth('softpass reason=201'),
    'compauth=fail': compauth('fail reason=000'),
    'compauth=fail with a reason that passes': compauth('fail reason=100'),
    ...Object.fromEntries(
      [
        '',
        '000',
        '001',
        '010',
        '130x',
        '202',
        '301',
        '405',
        '601',
        '905',
        '1',
        '1000',
        '1000x',
        'x100',
        '１00',
      ].map((reason) => [`compauth=pass reason=${reason}`, compauth(`pass${reason && ` reason=${reason}`}`)]),
    ),
    'compauth=pass in a comment': compauth('fail (compauth=pass reason=100) reason=001'),
    'compauth twice': compauth('pass reason=100;compauth=fail reason=001'),
    'compauth=pass, of another From': compauth(
      'pass reason=109',
      'dmarc=pass action=none header.from=example.org',
    ),
    'compauth=pass, of another From without DMARC': compauth(
      'pass reason=109',
      'dmarc=none action=none header.from=example.org',
    ),
    'our server below theirs': results(
      'spf=fail smtp.mailfrom=x; dmarc=fail header.from=example.com;compauth=fail reason=000',
      'dmarc=pass header.from=example.com;compauth=pass reason=100',
    ),
    'a form that Exchange does not write': results(honestResults),
    'dmarc=pass of somebody else': microsoft('dmarc=pass action=none header.from=example.org'),
    'AuthAs Internal where the mailbox is not at Microsoft': lines(
      'X-MS-Exchange-Organization-AuthAs: Internal',
    ),
    'a pass only in the original one': lines(
      `${field}: dmarc=fail action=none header.from=example.com;compauth=fail reason=000`,
      `${field}-Original: dmarc=pass action=none header.from=example.com;compauth=pass reason=100`,
    ),
  },
  'microsoft365',
);

const google = mailsOf(
  'forged verdict of Google',
  'refused',
  {
    'none at all': lines(),
    'dmarc=fail': results('mx.google.com; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=example.com'),
    'the attacker below': results(
      'mx.google.com; dmarc=fail header.from=example.com',
      'mx.google.com; dmarc=pass header.from=example.com',
    ),
    'another server on top': results(
      'mx.example.org; dmarc=pass header.from=example.com',
      'mx.google.com; dmarc=pass header.from=example.com',
    ),
    'DKIM and SPF alone': results(
      'mx.google.com; dkim=pass header.i=@example.com; spf=pass smtp.mailfrom=example.com',
    ),
    'pass of somebody else': results('mx.google.com; dmarc=pass header.from=example.org'),
    'a pass in a comment': results(
      'mx.google.com; dmarc=fail (dmarc=pass header.from=example.com) header.from=example.com',
    ),
    'a name that begins like it': results('mx.google.com.example.org; dmarc=pass header.from=example.com'),
  },
  'google',
);

const honest = [
  ...mailsOf('honest Authentication-Results in an odd form', 'acknowledge', {
    'in capitals': lines(`AUTHENTICATION-RESULTS: ${honestResults.toUpperCase()}`),
    'with comments and spaces': own('( a (b) ) dmarc = pass (p=none) header . from = example.com'),
    'a quoted name': results(`"${authservId}" 1; dmarc=pass header.from=example.com`),
    'folded everywhere': results(
      `${authservId}\r\n\t;\r\n\tdmarc\r\n\t=\r\n\tpass\r\n\theader.from=example.com`,
    ),
    'DKIM where there is no DMARC': own('dkim=pass header.d=example.com'),
    'below a field of somebody else': results('other.example.net; spf=pass', honestResults),
  }),
  ...mailsOf(
    'honest verdict of Exchange',
    'acknowledge',
    {
      'dmarc=pass': microsoft('dmarc=pass action=none header.from=example.com;compauth=pass reason=100'),
      'compauth=pass': compauth('pass reason=109'),
    },
    'microsoft365',
  ),
  ...mailsOf(
    'honest verdict of Google',
    'acknowledge',
    { 'dmarc=pass': results('mx.google.com; dkim=pass; dmarc=pass (p=REJECT) header.from=example.com') },
    'google',
  ),
];

/** Mails whose Authentication-Results are the attacker's own, or do not say what they seem to say. */
export const forgedResults: readonly HostileMail[] = [...generic, ...microsoft365, ...google, ...honest];
