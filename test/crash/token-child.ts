import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type GrantDocument, grantType } from '../../src/auth/grant.js';
import { createTokenManager } from '../../src/auth/token-manager.js';
import { systemClock } from '../../src/core/clock.js';
import { Fault } from '../../src/core/fault.js';
import type { Collection } from '../../src/core/store.js';
import { createNetwork } from '../../src/network/create-network.js';
import { openStore } from '../../src/store/open-store.js';
import { quietLog } from '../helpers/quiet-log.js';
import type { OwnMoment, TokenAccount } from './token-process.js';

// A process to be killed: the real store and token manager, told what to do by JSON lines on standard input.
// What it says is written synchronously, so that a kill cannot take it back. Usage: token-child DIR ACCOUNTS SKIPPED-MS

const [dir = '', accountsText = '[]', skippedText = '0'] = process.argv.slice(2);
const accounts: readonly TokenAccount[] = JSON.parse(accountsText);
const callers = 50;
/** The moment at which the next refresh of an account stands still. */
const held = new Map<string, string>();
/** How far the clock is ahead. */
let skippedMs = Number(skippedText);

const say = (line: string) => void writeSync(1, `${line}\n`);
const hold = async (account: string, moment: OwnMoment) => {
  if (held.get(account) !== moment) return;
  say(`held ${account} ${moment}`);
  await new Promise(() => {});
};
const stopping = (real: Collection<GrantDocument>): Collection<GrantDocument> => ({
  ...real,
  async get(name) {
    const found = await real.get(name);
    await hold(name, 'the grant is read');
    return found;
  },
  async put(name, value) {
    await hold(name, 'the answer is here');
    const written = real.put(name, value);
    await hold(name, 'it is being written');
    await written;
    await hold(name, 'it is written');
  },
});

const store = await openStore({ dir, key: Buffer.alloc(32, 7), clock: systemClock });
const manager = createTokenManager({
  accounts: accounts.map(({ name, authorizationUrl, tokenUrl }) => ({
    name,
    mailbox: 'alerts@example.com',
    user: 'alerts@example.com',
    from: 'alerts@example.com',
    login: {
      grant: 'authorization_code',
      oauth: {
        clientId: 'ackmail',
        clientSecret: 'the-secret-of-the-client',
        scope: 'openid email offline_access',
        redirectUri: 'http://localhost:1/oauth/callback',
        authorizationParameters: { prompt: 'consent' },
        authorizationUrl,
        tokenUrl,
      },
    },
  })),
  grants: stopping(store.collection('grants', grantType)),
  systemErrors: {
    raise: async ({ code, subject }) => say(`raised ${subject} ${code}`),
    clear: async () => {},
    list: () => [],
  },
  history: store.history,
  clock: {
    now: () => new Date(systemClock.now().getTime() + skippedMs),
    elapsedMs: systemClock.elapsedMs,
    until: (date, signal) => systemClock.until(new Date(date.getTime() - skippedMs), signal),
  },
  network: createNetwork({ env: {} }),
  log: quietLog,
});

const getToken = async (account: string, renew?: string) => {
  const { token } = await manager.getToken(account, renew === undefined ? {} : { renew });
  say(`handed-out ${account} ${token}`);
  return token;
};
const act = async (verb: string, subject: string, moment: string | undefined): Promise<string> => {
  if (verb === 'url') return manager.authorizationUrl(subject);
  if (verb === 'complete') return (await manager.complete(subject)).user;
  const token = await getToken(subject);
  if (verb === 'token') return token;
  if (moment !== undefined) held.set(subject, moment);
  const given = await Promise.all(Array.from({ length: callers }, () => getToken(subject, token)));
  return [...new Set(given)].join(' and ');
};

void manager.start(new AbortController().signal);
say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [id, skipped, verb, subject, moment] = JSON.parse(line);
  skippedMs = skipped;
  void act(verb, subject, moment).then(
    (value) => say(`answer ${id} ${JSON.stringify({ value })}`),
    (thrown: unknown) =>
      say(
        `answer ${id} ${JSON.stringify({ fault: thrown instanceof Fault ? thrown.code : String(thrown) })}`,
      ),
  );
}
