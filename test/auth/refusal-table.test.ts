import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccountStatus } from '../../src/core/status.js';
import { idToken, startTokenEndpoint, type TokenReply } from '../helpers/token-endpoint.js';
import { type Fixture, faultOf, redirectUri, type Settings, startFixture } from './fixture.js';

const endpoint = await startTokenEndpoint();
const authorizationUrl = 'http://127.0.0.1:1/auth';
const hourMs = 3_600_000;

test.after(() => endpoint.close());

/** What a refusal asks for, as it stands in the manuals of the providers. */
type AsksFor = 'transient' | 'sign-in' | 'administrator' | 'ours';
type Row = readonly [codes: readonly number[], asksFor: AsksFor, words: RegExp, remedy: RegExp];

const again = /Open the authorization URL.*sign in as alerts@example\.com/;
const nothing = /^Nothing now; it is tried again by itself/;
const restart = /^Start again with the authorization URL/;

const microsoft: readonly Row[] = [
  [[50173, 50132, 50133, 50089, 70000], 'sign-in', /revoked/, again],
  [[70008], 'sign-in', /has expired/, again],
  [[700082], 'sign-in', /not used for 90 days/, again],
  [[70043], 'sign-in', /Conditional Access.*from time to time/, /will come again.*sign-in frequency/],
  [[700084], 'sign-in', /single-page app \(24 hours\)/, /sign in as alerts@example\.com; then.*"Web"/],
  [[50076, 50074, 50078, 50079, 50072], 'sign-in', /multi-factor/, /multi-factor/],
  [[50055, 50144], 'sign-in', /password of the user has expired/, /set a new password/],
  [[65001], 'sign-in', /not consented/, /accept; where users may not consent, an administrator/],
  [[65004], 'sign-in', /declined/, /accept what is asked for/],
  [[50126], 'sign-in', /password is wrong/, again],
  [[50020, 16000], 'sign-in', /does not belong to the tenant/, /private window.*alerts@example\.com/],
  [[50158, 50140, 50199, 700020], 'sign-in', /sign-in by a person/, again],
  [[54005], 'ours', /redeemed already/, restart],
  [[501481], 'ours', /does not fit/, restart],
  [[70018, 70019], 'ours', /wrong or too late/, restart],
  [[7000215], 'administrator', /client secret is wrong/, /its Value, not its Secret ID/],
  [[7000222], 'administrator', /client secret has expired/, /make a new client secret/],
  [[700027, 50012], 'administrator', /proof of the client/, /certificate.*expired.*clock/],
  [
    [700016, 70001, 7000112],
    'administrator',
    /not known in this tenant, or is disabled/,
    /clientId.*enabled/,
  ],
  [[700011, 90002], 'administrator', /tenant is not known/, /Check tenant/],
  [[700025], 'administrator', /public client/, /platform "Web", or take the client secret out/],
  [[7000218], 'administrator', /confidential client/, /clientSecret, or allow public client flows/],
  [[50194, 9001023, 9002332, 90130], 'administrator', /this tenant/, /tenant in which .* registered/],
  [[50011], 'administrator', /redirect URI is not registered/, /exactly as the authorization URL names it/],
  [[70011, 28002, 28003, 500011, 50001], 'administrator', /scope/, /Check scope/],
  [
    [650052, 650056, 650057, 65005, 90094, 90095],
    'administrator',
    /consent of an administrator/,
    /admin consent/,
  ],
  [[50105], 'administrator', /not assigned/, /Assign alerts@example\.com/],
  [[50034], 'administrator', /does not exist/, /Check user and tenant/],
  [[50057], 'administrator', /disabled/, /Enable alerts@example\.com/],
  [
    [53000, 53001, 53002, 53003, 530032, 530035, 53011],
    'administrator',
    /Conditional Access, security defaults, risk/,
    /sign-in logs.*exempt alerts@example\.com/,
  ],
  [[50053], 'transient', /locked/, /Wait.*unblocks alerts@example\.com/],
  [[28000, 700022, 900144, 90014, 9002313], 'ours', /malformed/, /one resource only/],
  [[50196], 'ours', /in a loop/, /Wait ten minutes/],
  [
    [50033, 50087, 50088, 90006, 90012, 90024, 90033, 90055, 90090, 80001, 80002, 80005],
    'transient',
    /side of the provider/,
    nothing,
  ],
];

const errors: readonly (readonly [error: string, asksFor: AsksFor, words: RegExp, remedy: RegExp])[] = [
  ['temporarily_unavailable', 'transient', /side of the provider/, nothing],
  ['server_error', 'transient', /side of the provider/, nothing],
  ['authorization_pending', 'transient', /nobody has entered/, /Enter the code/],
  ['slow_down', 'transient', /too often/, nothing],
  ['invalid_grant', 'sign-in', /revoked or has expired/, again],
  ['interaction_required', 'sign-in', /by a person/, again],
  ['authorization_declined', 'sign-in', /declined/, /accept what is asked for/],
  ['access_denied', 'sign-in', /declined/, /accept what is asked for/],
  ['invalid_client', 'administrator', /secret is wrong or has expired/, /Check clientId and clientSecret/],
  ['unauthorized_client', 'administrator', /may not sign in this way/, /Allow the grant/],
  ['invalid_scope', 'administrator', /scope is not known/, /Check scope/],
  ['admin_policy_enforced', 'administrator', /administrator of the domain/, /API controls/],
  ['invalid_request', 'ours', /malformed/, restart],
  ['bad_verification_code', 'ours', /not known/, restart],
  ['expired_token', 'ours', /too late/, restart],
  ['something_new', 'transient', /refuses the request.*something_new/, nothing],
];

const states: Readonly<Record<AsksFor, AccountStatus['state']>> = {
  'sign-in': 'authorization-required',
  administrator: 'configuration-required',
  transient: 'degraded',
  ours: 'degraded',
};

const body = (error: string, more: object = {}) => ({ error, ...more });
const aadsts = (number: number) => `AADSTS${number}: Words of Microsoft. Trace ID: 0f1e2d3c`;

async function signIn({ manager, clock }: Fixture): Promise<void> {
  const url = new URL(await manager.authorizationUrl('alerts'));
  const iatS = clock.now().getTime() / 1_000;
  const claims = {
    ...{ iss: 'https://login.example.com', sub: 'subject', aud: 'ackmail', iat: iatS, exp: iatS + 3_600 },
    ...{ nonce: url.searchParams.get('nonce'), preferred_username: 'alerts@example.com' },
  };
  const tokens = { access_token: 'access-0', refresh_token: 'refresh-0', expires_in: 3_600 };
  endpoint.answer({ body: { ...tokens, id_token: idToken(claims) } });
  const state = url.searchParams.get('state') ?? '';
  // Another code each time, since none is redeemed twice.
  await manager.complete(`${redirectUri}?code=code-of-${state}&state=${state}`);
}

/** How an account stands after its refresh was answered with `reply`, and what it says to whom asks for a token. */
async function refusedWith(fixture: Fixture, reply: TokenReply) {
  await signIn(fixture);
  await fixture.clock.forward(hourMs);
  endpoint.answer(reply);
  const fault = await faultOf(fixture.manager.getToken('alerts'));
  return { fault, status: await fixture.manager.status('alerts') };
}

async function withFixture(use: (fixture: Fixture) => Promise<void>, more: Partial<Settings> = {}) {
  const fixture = await startFixture({
    ...more,
    oauth: { authorizationUrl, tokenUrl: endpoint.url, ...more.oauth },
  });
  try {
    await use(fixture);
  } finally {
    await fixture.close();
  }
}

for (const [codes, asksFor, words, remedy] of microsoft)
  test(`AADSTS ${codes.join(', ')} leads to ${states[asksFor]}, with its words and its remedy.`, () =>
    withFixture(async (fixture) => {
      for (const number of codes)
        for (const answer of [
          body('invalid_grant', { error_description: aadsts(number), error_codes: [number] }),
          body('invalid_client', { error_description: aadsts(number) }),
          body('interaction_required', { error_codes: [String(number)] }),
        ]) {
          const { fault, status } = await refusedWith(fixture, { status: 400, body: answer });
          assert.is(status.state, states[asksFor], String(number));
          assert.match(fault.message, words);
          assert.match(fault.message, `(AADSTS${number})`);
          assert.match(fault.remedy, remedy);
          assert.is(fault.transient, asksFor === 'transient' || asksFor === 'ours');
        }
    }));

test('Every OAuth error leads to its state, with its words and its remedy.', () =>
  withFixture(async (fixture) => {
    for (const [error, asksFor, words, remedy] of errors) {
      const { fault, status } = await refusedWith(fixture, { status: 400, body: body(error) });
      assert.is(status.state, states[asksFor], error);
      assert.match(fault.message, words);
      assert.match(fault.message, error);
      assert.match(fault.remedy, remedy);
    }
  }));

test('An unknown number falls to its OAuth error, and is shown whole.', () =>
  withFixture(async (fixture) => {
    for (const [error, asksFor] of [
      ['invalid_grant', 'sign-in'],
      ['invalid_client', 'administrator'],
      ['brand_new', 'transient'],
    ] as const) {
      const answer = body(error, { error_description: 'AADSTS999999: A new one.', error_codes: [999999] });
      const { fault, status } = await refusedWith(fixture, { status: 400, body: answer });
      assert.is(status.state, states[asksFor], error);
      assert.match(fault.message, 'the provider says: AADSTS999999: A new one.');
    }
  }));

test('Google refines invalid_grant: its session control says that it will come again.', () =>
  withFixture(async (fixture) => {
    const answer = body('invalid_grant', {
      error_description: 'reauth related error (invalid_rapt)',
      error_subtype: 'invalid_rapt',
    });
    const { fault, status } = await refusedWith(fixture, { status: 400, body: answer });
    assert.is(status.state, 'authorization-required');
    assert.match(fault.message, 'session control');
    assert.match(fault.remedy, 'will come again');
  }));

test('What is no refusal of the grant never leads to authorization-required, whatever its body says.', () =>
  withFixture(
    async (fixture) => {
      const dead = body('invalid_grant', { error_codes: [700082], error_description: aadsts(700082) });
      const replies: readonly TokenReply[] = [
        ...[408, 429, 500, 502, 503, 504].map((status) => ({ status, body: dead })),
        { status: 503, body: '<html>Service Unavailable</html>' },
        { status: 200, body: '<html>Log in to the network</html>' },
        { status: 200, body: dead },
        { status: 200, body: { token_type: 'Bearer' } },
        { status: 400, body: 'Bad Request' },
        { status: 403, body: '<html>Forbidden by the proxy</html>' },
        {
          status: 400,
          body: body('Access Denied', { error_description: 'You have made too many requests' }),
        },
        { wait: 'forever' },
      ];
      for (const reply of replies) {
        const { fault, status } = await refusedWith(fixture, reply);
        assert.is(status.state, 'degraded', JSON.stringify(reply));
        assert.is(fault.code, 'OAUTH_TEMPORARY');
        assert.ok(fault.transient);
      }
      assert.is(fixture.standing.has('OAUTH_AUTHORIZATION_REQUIRED'), false);
    },
    { timeLimitMs: 300 },
  ));

test('A network that fails never leads to authorization-required.', async () => {
  const port = new URL(endpoint.url).port;
  for (const tokenUrl of [
    'http://127.0.0.1:1/token',
    'http://no-such-host.invalid/token',
    `https://127.0.0.1:${port}/token`,
  ])
    await withFixture(async (fixture) => {
      await signIn(fixture);
      const restarted = fixture.restart({ oauth: { authorizationUrl, tokenUrl } });
      await fixture.clock.forward(hourMs);
      const fault = await faultOf(restarted.getToken('alerts'));
      assert.is(fault.code, 'OAUTH_TEMPORARY', tokenUrl);
      assert.is((await restarted.status('alerts')).state, 'degraded');
    });
});

test.run();
