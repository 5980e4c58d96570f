import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readHeaderFields } from '../../../src/ack/header-fields.js';
import { findReference } from '../../../src/ack/reference/find-reference.js';
import type { AuthenticationPolicy } from '../../../src/ack/trust/authentication-policy.js';
import { type Trust, trustOf } from '../../../src/ack/trust/trust-of.js';
import { keysOf, type Signature, signedMail } from '../../helpers/signed-mail.js';
import { composedMail, references, replyTo, trusting } from '../scene.js';

// Policy x kind of sender x header evidence -> verdict. Each row is a reply that is honest but for what it says.

const id = 'aaaaaaaaaaaaa';
const policies = {
  m365: { kind: 'microsoft365', isMicrosoftHost: true, domain: 'example.com' },
  'm365 away': { kind: 'microsoft365', isMicrosoftHost: false, domain: 'example.com' },
  google: { kind: 'google' },
  generic: { kind: 'generic', authservIds: ['mx.example.com', 'mx.hoster.test'] },
  dkim: { kind: 'generic', authservIds: [] },
  none: { kind: 'none' },
} as const satisfies Record<string, AuthenticationPolicy>;

const senders = {
  recipient: 'ops@example.com',
  allowed: 'night@example.net',
  member: 'member@example.com',
  'of action': 'ann@partner.test',
  denied: 'intern@example.com',
  stranger: 'mallory@evil.test',
  ourselves: 'alerts@example.com',
  nobody: 'no sender',
} as const;

type Policy = keyof typeof policies;
type Sender = keyof typeof senders;
type Row = readonly [Policy | readonly Policy[], Sender, string | readonly string[], string];

const m365: readonly Policy[] = ['m365', 'm365 away'];
const results = (policy: Policy, said: string) =>
  policy.startsWith('m365')
    ? `AR ${said}`
    : policy === 'google'
      ? `AR mx.google.com; ${said}`
      : `AR mx.example.com; ${said}`;
const all: readonly Policy[] = ['m365', 'm365 away', 'google', 'generic'];
const internal = 'X-MS-Exchange-Organization-AuthAs: Internal';
const anonymous = 'X-MS-Exchange-Organization-AuthAs: Anonymous';
const exchange = (dmarc: string, compauth: string) =>
  `AR spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dkim=pass (signature was verified) header.d=example.com;dmarc=${dmarc};compauth=${compauth}`;
const ours = 'action=none header.from=example.com';
const below = 'Received: from evil.test by relay.evil.test with SMTP';
const ownHop =
  'Received: from evil.test ([192.0.2.66]) by imap.example.com (Postfix) with ESMTP; Sun, 1 Mar 2026 03:00:00 +0000';

// Headers begin with the topmost line. `AR` stands for `Authentication-Results:`, `@` for the domain of the sender.
const rows: readonly Row[] = [
  // Who may, where all is shown.
  ...all.flatMap((policy): Row[] => [
    [policy, 'recipient', results(policy, 'dmarc=pass header.from=@'), 'yes'],
    [policy, 'allowed', results(policy, 'dmarc=pass header.from=@'), 'yes'],
    [policy, 'member', results(policy, 'dmarc=pass header.from=@'), 'yes'],
    [policy, 'of action', results(policy, 'dmarc=pass header.from=@'), 'yes'],
    [policy, 'denied', results(policy, 'dmarc=pass header.from=@'), 'stranger'],
    [policy, 'stranger', results(policy, 'dmarc=pass header.from=@'), 'stranger'],
    [policy, 'ourselves', results(policy, 'dmarc=pass header.from=@'), 'own'],
    [policy, 'nobody', results(policy, 'dmarc=pass header.from=@'), 'sender'],
    // What the receiver says of other domains, of nothing, or twice.
    [policy, 'recipient', results(policy, 'dmarc=pass header.from=evil.test'), 'unauthenticated'],
    [policy, 'recipient', results(policy, 'dmarc=pass header.from=sub.example.com'), 'unauthenticated'],
    [policy, 'recipient', results(policy, 'dmarc=pass'), 'unauthenticated'],
    [
      policy,
      'recipient',
      results(policy, 'dmarc=pass header.from=@ header.from=evil.test'),
      'unauthenticated',
    ],
    [policy, 'recipient', results(policy, 'dmarc=fail header.from=@'), 'unauthenticated'],
    [
      policy,
      'recipient',
      results(policy, 'dmarc=fail header.from=@; dmarc=pass header.from=@'),
      'unauthenticated',
    ],
    [
      policy,
      'recipient',
      results(policy, 'dmarc=pass header.from=@; dmarc=fail header.from=@'),
      'unauthenticated',
    ],
    [policy, 'recipient', results(policy, 'dmarc=temperror header.from=@'), 'unauthenticated'],
    [policy, 'recipient', results(policy, 'dmarc=bestguesspass header.from=@'), 'unauthenticated'],
    [
      policy,
      'recipient',
      results(policy, 'spf=pass (dmarc=pass header.from=@) smtp.mailfrom=@'),
      'unauthenticated',
    ],
    [
      policy,
      'recipient',
      results(policy, 'spf=pass smtp.mailfrom="x; dmarc=pass header.from=@"'),
      'unauthenticated',
    ],
    [
      policy,
      'recipient',
      [results(policy, 'dmarc=fail header.from=@'), results(policy, 'dmarc=pass header.from=@')],
      'unauthenticated',
    ],
    [policy, 'recipient', [], 'unauthenticated'],
    [
      policy,
      'recipient',
      results(policy, 'dmarc=pass header.from=@').replace('AR', 'Authentication-Results-Original:'),
      'unauthenticated',
    ],
    [
      policy,
      'recipient',
      results(policy, 'dmarc=pass header.from=@').replace('AR', 'ARC-Authentication-Results:'),
      'unauthenticated',
    ],
    [policy, 'recipient', results(policy, 'dmarc=pass (open header.from=@'), 'unauthenticated'],
  ]),

  // Exchange Online.
  [m365, 'recipient', exchange(`pass ${ours}`, 'pass reason=100'), 'yes'],
  [m365, 'recipient', exchange(`none ${ours}`, 'pass reason=109'), 'yes'],
  [m365, 'recipient', exchange(`fail ${ours}`, 'pass reason=130'), 'yes'],
  [m365, 'recipient', exchange(`none ${ours}`, 'pass reason=703'), 'yes'],
  [m365, 'recipient', exchange(`none ${ours}`, 'pass reason=200'), 'unauthenticated'],
  [m365, 'recipient', exchange(`none ${ours}`, 'pass reason=451'), 'unauthenticated'],
  [m365, 'recipient', exchange(`none ${ours}`, 'pass reason=901'), 'unauthenticated'],
  [m365, 'recipient', exchange(`none ${ours}`, 'pass reason=1'), 'unauthenticated'],
  [m365, 'recipient', exchange(`none ${ours}`, 'pass'), 'unauthenticated'],
  [m365, 'recipient', exchange(`none ${ours}`, 'softpass reason=202'), 'unauthenticated'],
  [m365, 'recipient', exchange(`none ${ours}`, 'none reason=300'), 'unauthenticated'],
  [m365, 'recipient', exchange(`none ${ours}`, 'none reason=405'), 'unauthenticated'],
  [m365, 'recipient', exchange(`fail ${ours}`, 'fail reason=000'), 'unauthenticated'],
  [m365, 'recipient', exchange(`none ${ours}`, 'fail reason=001'), 'unauthenticated'],
  [m365, 'recipient', exchange(`pass ${ours}`, 'fail reason=601'), 'unauthenticated'],
  [
    m365,
    'recipient',
    exchange('pass action=none header.from=evil.test', 'pass reason=100'),
    'unauthenticated',
  ],
  [
    m365,
    'recipient',
    `${exchange(`none ${ours}`, 'none reason=300')};compauth=pass reason=100`,
    'unauthenticated',
  ],
  [m365, 'recipient', [exchange(`pass ${ours}`, 'pass reason=100'), anonymous], 'yes'],
  [m365, 'recipient', [exchange(`none ${ours}`, 'pass reason=703'), anonymous], 'unauthenticated'],
  [m365, 'recipient', [exchange(`none ${ours}`, 'none reason=405'), anonymous], 'unauthenticated'],
  [m365, 'allowed', [exchange('none header.from=example.net', 'pass reason=703'), anonymous], 'yes'],
  [m365, 'recipient', 'AR mx.google.com; dmarc=pass header.from=example.com', 'unauthenticated'],
  [
    m365,
    'recipient',
    ['AR mx.evil.test; spf=pass', exchange(`pass ${ours}`, 'pass reason=100')],
    'unauthenticated',
  ],
  ['m365', 'recipient', internal, 'yes'],
  ['m365 away', 'recipient', internal, 'unauthenticated'],
  ['m365', 'recipient', [exchange(`none ${ours}`, 'none reason=405'), internal], 'yes'],
  ['m365 away', 'recipient', [exchange(`none ${ours}`, 'none reason=405'), internal], 'unauthenticated'],
  [
    'm365',
    'recipient',
    [
      'AR dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=example.com;',
      internal,
    ],
    'yes',
  ],
  ['m365', 'recipient', [exchange(`fail ${ours}`, 'fail reason=601'), internal], 'unauthenticated'],
  ['m365', 'recipient', [internal, internal], 'unauthenticated'],
  ['m365', 'recipient', [internal, anonymous], 'unauthenticated'],
  ['m365', 'recipient', [anonymous], 'unauthenticated'],
  ['m365', 'recipient', ['X-MS-Exchange-Organization-AuthAs: Internal; x'], 'unauthenticated'],
  ['m365', 'stranger', internal, 'stranger'],
  ['m365', 'ourselves', internal, 'own'],

  // Google.
  [
    'google',
    'recipient',
    'AR mx.google.com; dkim=pass header.i=@example.com; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com',
    'yes',
  ],
  ['google', 'recipient', 'AR mx.google.com; dkim=pass header.i=@example.com', 'unauthenticated'],
  [
    'google',
    'recipient',
    'AR mx.google.com.evil.test; dmarc=pass header.from=example.com',
    'unauthenticated',
  ],
  ['google', 'recipient', 'AR dmarc=pass header.from=example.com', 'unauthenticated'],
  [
    'google',
    'recipient',
    [
      'AR mx.example.com; dmarc=pass header.from=example.com',
      'AR mx.google.com; dmarc=pass header.from=example.com',
    ],
    'unauthenticated',
  ],
  ['google', 'recipient', internal, 'unauthenticated'],

  // A mail server of one's own.
  ['generic', 'recipient', 'AR mx.example.com; dkim=pass header.d=example.com', 'yes'],
  ['generic', 'recipient', 'AR mx.example.com; dkim=pass header.i=@mail.example.com', 'yes'],
  [
    'generic',
    'recipient',
    'AR mx.example.com; dmarc=none header.from=example.com; dkim=pass header.d=example.com',
    'yes',
  ],
  [
    'generic',
    'recipient',
    'AR mx.example.com; dkim=fail header.d=evil.test; dkim=pass header.d=example.com',
    'yes',
  ],
  ['generic', 'recipient', 'AR mx.example.com; dkim=pass header.d=evil.test', 'unauthenticated'],
  ['generic', 'recipient', 'AR mx.example.com; dkim=pass header.d=com', 'unauthenticated'],
  ['generic', 'recipient', 'AR mx.example.com; dkim=pass', 'unauthenticated'],
  ['generic', 'recipient', 'AR mx.example.com; dkim=none', 'unauthenticated'],
  [
    'generic',
    'recipient',
    'AR mx.example.com; dmarc=fail header.from=example.com; dkim=pass header.d=example.com',
    'unauthenticated',
  ],
  ['generic', 'recipient', 'AR mx.example.com; spf=pass smtp.mailfrom=example.com', 'unauthenticated'],
  ['generic', 'recipient', 'AR mx.evil.test; dmarc=pass header.from=example.com', 'unauthenticated'],
  [
    'generic',
    'recipient',
    'AR mx.example.com.evil.test; dmarc=pass header.from=example.com',
    'unauthenticated',
  ],
  ['generic', 'recipient', 'AR mx.example.com 2; dmarc=pass header.from=example.com', 'unauthenticated'],
  [
    'generic',
    'recipient',
    ['AR mx.evil.test; spf=pass', 'AR mx.example.com; dmarc=pass header.from=example.com'],
    'yes',
  ],
  ['generic', 'recipient', ['AR mx.hoster.test; dmarc=pass header.from=example.com'], 'yes'],
  ['generic', 'recipient', [ownHop, 'AR mx.example.com; dmarc=pass header.from=example.com', below], 'yes'],
  [
    'generic',
    'recipient',
    ['Received: by mailstore with LMTP', ownHop, 'AR mx.example.com; dmarc=pass header.from=example.com'],
    'yes',
  ],
  [
    'generic',
    'recipient',
    [below, 'AR mx.example.com; dmarc=pass header.from=example.com'],
    'unauthenticated',
  ],
  [
    'generic',
    'recipient',
    [ownHop, below, 'AR mx.example.com; dmarc=pass header.from=example.com'],
    'unauthenticated',
  ],
  [
    'generic',
    'recipient',
    [ownHop, 'AR mx.example.com; dkim=none', 'AR mx.example.com; dmarc=pass header.from=example.com'],
    'unauthenticated',
  ],
  ['generic', 'recipient', internal, 'unauthenticated'],

  // Signatures, which Ackmail verifies itself. `SIGN domain` signs as mail servers do.
  [['generic', 'dkim'], 'recipient', 'SIGN example.com', 'yes'],
  [['generic', 'dkim'], 'recipient', 'SIGN mail.example.com', 'yes'],
  [['generic', 'dkim'], 'allowed', 'SIGN example.net', 'yes'],
  [['generic', 'dkim'], 'recipient', 'SIGN evil.test', 'unauthenticated'],
  [['generic', 'dkim'], 'recipient', 'SIGN com', 'unauthenticated'],
  [['generic', 'dkim'], 'stranger', 'SIGN evil.test', 'stranger'],
  [['generic', 'dkim'], 'recipient', 'SIGN silent.example.com', 'later'],
  [['generic', 'dkim'], 'recipient', 'SIGN unknown.example.com', 'unauthenticated'],
  ['dkim', 'recipient', 'AR mx.example.com; dmarc=pass header.from=example.com', 'unauthenticated'],
  ['dkim', 'recipient', ['AR mx.example.com; dmarc=fail header.from=example.com', 'SIGN example.com'], 'yes'],
  [
    'generic',
    'recipient',
    ['AR mx.example.com; dmarc=fail header.from=example.com', 'SIGN example.com'],
    'unauthenticated',
  ],
  [
    'generic',
    'recipient',
    ['AR mx.evil.test; dmarc=fail header.from=example.com', 'SIGN example.com'],
    'yes',
  ],
  [[...m365, 'google'], 'recipient', 'SIGN example.com', 'unauthenticated'],

  // Nothing is asked for; the other rules stay.
  ['none', 'recipient', [], 'yes'],
  ['none', 'recipient', 'AR mx.example.com; dmarc=fail header.from=example.com', 'yes'],
  ['none', 'allowed', [], 'yes'],
  ['none', 'denied', [], 'stranger'],
  ['none', 'stranger', [], 'stranger'],
  ['none', 'ourselves', [], 'own'],
  ['none', 'nobody', [], 'sender'],
];

const dns = keysOf(
  ['example.com', 'mail.example.com', 'example.net', 'evil.test', 'com'],
  ['silent.example.com'],
);

async function judge(policy: Policy, sender: Sender, header: readonly string[]): Promise<Trust> {
  const address: string = senders[sender];
  const domain = address.slice(address.indexOf('@') + 1);
  const signing = header.filter((line) => line.startsWith('SIGN ')).map((line) => line.slice(5));
  const top = header
    .filter((line) => !line.startsWith('SIGN '))
    .map((line) => line.replace(/^AR /, 'Authentication-Results: ').replaceAll(/=@/g, `=${domain}`));
  const [, bare = ''] = /^[^\r\n]*\r\n([\s\S]*)$/.exec(replyTo(id, 'ack', { From: address })) ?? [];
  const signed = signing.reduce(
    (mail, each): string => signedMail(mail, { domain: each } satisfies Signature),
    bare,
  );
  const source = Buffer.from([...top, signed].join('\r\n'));
  const rules = trusting({
    authentication: policies[policy],
    senders: { allow: ['night@example.net', '*@example.com'], deny: ['intern@example.com'] },
    actionSenders: {
      ops: { allow: ['*@partner.test'], deny: [] },
      other: { allow: ['*@evil.test'], deny: ['*@example.com'] },
    },
    resolveTxt: dns.resolveTxt,
  });
  return trustOf(
    {
      ...{ fields: readHeaderFields(source), mail: composedMail(id), source },
      ...{ receivedAt: new Date(), answers: (fields) => findReference(fields, references)?.mailId === id },
    },
    rules,
  );
}

const verdictOf = (trust: Trust) => ('kind' in trust ? trust.kind : 'later' in trust ? 'later' : 'yes');

test('A sender who is not allowed, or not authenticated, never acknowledges: the table.', async () => {
  const wrong: string[] = [];
  const counts = new Map<string, number>();
  for (const [which, sender, lines, expected] of rows)
    for (const policy of [which].flat()) {
      const header = [lines].flat();
      const trust = await judge(policy, sender, header);
      const found = verdictOf(trust);
      counts.set(policy, (counts.get(policy) ?? 0) + 1);
      const reason = 'refusal' in trust ? trust.refusal : trust.found.evidence;
      if (found !== expected)
        wrong.push(
          `${policy} | ${sender} | ${header.join(' / ')} -> ${found} in place of ${expected}: ${reason}`,
        );
      if (found === 'yes') assert.ok(trust.found.evidence, `no evidence: ${policy} ${header.join(' / ')}`);
    }
  const total = [...counts.values()].reduce((sum, each) => sum + each, 0);
  console.log(`${total} rows: ${[...counts].map(([policy, count]) => `${count} ${policy}`).join(', ')}`);
  assert.equal(wrong, []);
});

test('Only domains of the sender are asked for in the DNS.', () => {
  assert.equal(
    dns.asked.filter((name) => !/^test\._domainkey\.(\w+\.)?example\.(com|net)$/.test(name)),
    [],
  );
});

test.run();
