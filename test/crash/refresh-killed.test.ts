import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { grantType } from '../../src/auth/grant.js';
import { afterCrash } from '../helpers/after-crash.js';
import { type AuthorizationServer, startAuthorizationServer } from '../helpers/authorization-server.js';
import { type HeldEndpoint, type ServerMoment, startHeldEndpoint } from './held-endpoint.js';
import { type OwnMoment, startTokenProcess, type TokenProcess } from './token-process.js';

// Kills a process with SIGKILL at each moment of a refresh, at a real authorization server (oidc-provider), and
// starts it again.

const user = 'alerts@example.com';
const required = 'OAUTH_AUTHORIZATION_REQUIRED';

/** The moments of a refresh in their order, and whether the server has given what is not on disk yet. */
const moments: readonly { readonly moment: OwnMoment | ServerMoment | 'it is handed out'; lost?: true }[] = [
  { moment: 'the grant is read' },
  { moment: 'the request is here' },
  { moment: 'the answer is on its way', lost: true },
  { moment: 'the answer is here', lost: true },
  { moment: 'it is written' },
  { moment: 'it is handed out' },
];

/** An authorization server, and the account that is signed in there. */
interface Provider {
  readonly account: string;
  readonly server: AuthorizationServer;
  readonly endpoint: HeldEndpoint;
}

interface Context {
  dir: string;
  /** Takes a refresh token again that was used, as Microsoft does. */
  lenient: Provider;
  /** Takes each refresh token once, and ends the grant of one that comes again. */
  strict: Provider;
  start(): Promise<TokenProcess>;
  processes: TokenProcess[];
}

const test = suite<Context>('killed in a refresh');

test.before.each(async (context) => {
  context.dir = await mkdtemp(join(tmpdir(), 'ackmail-refresh-'));
  context.lenient = await startProvider('lenient', true);
  context.strict = await startProvider('strict', false);
  const accounts = [context.lenient, context.strict].map(({ account, server, endpoint }) => ({
    name: account,
    authorizationUrl: server.authorizationEndpoint,
    tokenUrl: endpoint.url,
  }));
  context.processes = [];
  context.start = async () => {
    const process = await startTokenProcess(context.dir, accounts);
    context.processes.push(process);
    return process;
  };
});

test.after.each(async ({ dir, lenient, strict, processes }) => {
  for (const process of processes) await process.kill();
  for (const { server, endpoint } of [lenient, strict]) {
    await endpoint.close();
    await server.close();
  }
  await rm(dir, { recursive: true });
});

test('Killed between any two steps of a refresh, the grant is usable after the restart; a person is asked only where a refresh token is taken once and what it gave is lost.', async ({
  dir,
  lenient,
  strict,
  start,
}) => {
  const providers = [lenient, strict];
  let process = await start();
  for (const provider of providers) await signIn(process, provider);
  for (const { moment, lost } of moments) {
    for (const provider of providers) await goTo(moment, process, provider);
    await process.kill();
    for (const provider of providers) await nothingHandedOutIsLost(dir, process, provider);

    process = await start();
    for (const provider of providers) {
      const { account, server, endpoint } = provider;
      const isGood = async (token: string) => (await server.introspect(token)).active;
      const isAsked = () => process.raised().includes(`${account} ${required}`);
      const which = `${account}, killed when ${moment}`;
      assert.ok(await isGood(await process.token(account)), `what is stored serves on: ${which}`);
      const before = endpoint.refreshes();
      const { refreshToken } = await grantAfterCrash(dir, account);
      const outcome = await process.renew(account).catch((error: Error) => error.message);
      if (!lost || provider === lenient) {
        assert.ok(await isGood(outcome), which);
        assert.is(endpoint.refreshes(), before + 1, `fifty callers, one refresh: ${which}`);
        assert.not.ok(isAsked(), which);
        continue;
      }
      assert.is(outcome, required, which);
      assert.ok(isAsked(), which);
      assert.is((await grantAfterCrash(dir, account)).refreshToken, refreshToken, `it is kept: ${which}`);
      await signIn(process, provider);
      assert.ok(await isGood(await process.renew(account)));
    }
  }
});

test('Killed when the server loses what it gave last, the refresh token before it is still there to be used.', async ({
  lenient,
  start,
}) => {
  const { account, server, endpoint } = lenient;
  const first = await start();
  await signIn(first, lenient);
  await goTo('it is written', first, lenient);
  await first.kill();
  endpoint.lose(endpoint.given.at(-1)?.refreshToken ?? '');
  const second = await start();
  assert.ok((await server.introspect(await second.renew(account))).active);
  assert.not.ok(second.raised().includes(`${account} ${required}`));
});

test('Killed when a refresh comes back after a newer sign-in, the sign-in is what is kept.', async ({
  dir,
  strict,
  start,
}) => {
  const first = await start();
  await signIn(first, strict);
  const come = strict.endpoint.holdAt('the answer is on its way');
  const late = first.renew(strict.account);
  const goOn = await come;
  await signIn(first, strict);
  const [, , signedIn] = strict.endpoint.given;
  goOn();
  assert.is(await late, signedIn?.accessToken);
  await first.kill();

  const second = await start();
  assert.is(await second.token(strict.account), signedIn?.accessToken);
  const { refreshToken } = await grantAfterCrash(dir, strict.account);
  assert.is(refreshToken, signedIn?.refreshToken);
  assert.ok((await strict.server.introspect(await second.renew(strict.account))).active);
  assert.not.ok(second.raised().includes(`${strict.account} ${required}`));
});

async function startProvider(account: string, keepsRefreshTokens: boolean): Promise<Provider> {
  const server = await startAuthorizationServer({
    users: [user],
    clientId: 'ackmail',
    clientSecret: 'the-secret-of-the-client',
    redirectUris: ['http://localhost:1/oauth/callback'],
    keepsRefreshTokens,
  });
  return { account, server, endpoint: await startHeldEndpoint(server.tokenEndpoint) };
}

async function signIn(process: TokenProcess, { account, server }: Provider): Promise<void> {
  assert.is(await process.complete(await server.signIn(await process.url(account), user)), user);
}

/** Begins a refresh and lets it go on until that moment. */
async function goTo(
  moment: (typeof moments)[number]['moment'],
  process: TokenProcess,
  { account, endpoint }: Provider,
): Promise<void> {
  if (moment === 'the request is here' || moment === 'the answer is on its way') {
    const come = endpoint.holdAt(moment);
    // It is killed before it could answer.
    process.renew(account).catch(() => {});
    await come;
  } else if (moment === 'it is handed out') await process.renew(account);
  else await process.renewUntil(account, moment);
}

/** Looks at what is on disk: of each access token that was handed out, the refresh token is there, or a newer one. */
async function nothingHandedOutIsLost(
  dir: string,
  process: TokenProcess,
  { account, endpoint }: Provider,
): Promise<void> {
  const { refreshToken } = await grantAfterCrash(dir, account);
  const generationOf = (matches: (given: (typeof endpoint.given)[number]) => boolean) =>
    endpoint.given.findIndex(matches);
  const stored = generationOf((given) => given.refreshToken === refreshToken);
  const handedOut = generationOf((given) => given.accessToken === process.handedOut(account).at(-1));
  assert.ok(handedOut >= 0 && stored >= handedOut, `${handedOut} was handed out, and ${stored} is stored`);
}

async function grantAfterCrash(dir: string, account: string) {
  const grant = await afterCrash(dir, 'grants', account, grantType);
  assert.ok(grant, `the grant of ${account} is on disk`);
  return grant;
}

test.run();
