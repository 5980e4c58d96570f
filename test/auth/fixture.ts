import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GrantDocument, grantType } from '../../src/auth/grant.js';
import { createTokenManager, type TokenManager } from '../../src/auth/token-manager.js';
import type { Account, OAuthClient, OAuthGrant } from '../../src/core/account.js';
import type { Clock } from '../../src/core/clock.js';
import { Fault } from '../../src/core/fault.js';
import type { Network } from '../../src/core/network.js';
import type { Collection, Store } from '../../src/core/store.js';
import type { RaisedSystemError, SystemErrors } from '../../src/core/system-error.js';
import { createNetwork } from '../../src/network/create-network.js';
import { openStore } from '../../src/store/open-store.js';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.js';

export const secret = 'the-client-secret-8Q~x+/=&';
export const redirectUri = 'http://localhost:8025/oauth/callback';

export interface Fixture {
  readonly manager: TokenManager;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly grants: Collection<GrantDocument>;
  /** The standing system errors by code, and how often one was raised. */
  readonly standing: Map<string, RaisedSystemError>;
  readonly raised: { count: number };
  readonly logged: string[];
  /** Everything in the data directory, as text. */
  files(): Promise<string>;
  /** The same data with a new token manager, as after a restart. */
  restart(change?: Partial<Settings>): TokenManager;
  close(): Promise<void>;
}

export interface Settings {
  /** `authorization_code` unless told. */
  readonly grant: OAuthGrant;
  /** Without a secret, where there is a certificate or `isPublic`. */
  readonly oauth: Partial<OAuthClient>;
  readonly isPublic: boolean;
  readonly user: string;
  readonly clock: Clock;
  readonly network: Network;
  readonly grants: (grants: Collection<GrantDocument>) => Collection<GrantDocument>;
  readonly authorizationPage: (account: string) => string;
  readonly timeLimitMs: number;
  /** Waited for by each raise of a system error before it stands. */
  readonly beforeRaise: () => Promise<void>;
}

/** A token manager for the accounts `alerts` and `other` on a real store. */
export async function startFixture(settings: Partial<Settings> = {}): Promise<Fixture> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-auth-'));
  const clock = fakeClock(new Date(Math.floor(Date.now() / 1_000) * 1_000));
  const store = await openStore({ dir, key: randomBytes(32), clock });
  const grants = store.collection('grants', grantType);
  const standing = new Map<string, RaisedSystemError>();
  const raised = { count: 0 };
  const logged: string[] = [];
  const write = (facts: object, message: string) => logged.push(`${JSON.stringify(facts)} ${message}`);
  const systemErrors: SystemErrors = {
    async raise(error) {
      await settings.beforeRaise?.();
      raised.count += 1;
      standing.set(error.code, error);
    },
    async clear(code) {
      standing.delete(code);
    },
    list: () => [],
  };
  const make = (given: Partial<Settings>): TokenManager =>
    createTokenManager({
      accounts: ['alerts', 'other'].map((name) => account(name, given)),
      grants: given.grants?.(grants) ?? grants,
      systemErrors,
      history: store.history,
      clock: given.clock ?? clock,
      network: given.network ?? createNetwork({ env: {} }),
      log: { debug: write, info: write, warn: write, error: write },
      ...(given.authorizationPage ? { authorizationPage: given.authorizationPage } : {}),
      ...(given.timeLimitMs ? { timeLimitMs: given.timeLimitMs } : {}),
    });

  return {
    manager: make(settings),
    clock,
    store,
    grants,
    standing,
    raised,
    logged,
    files: () => textsIn(dir),
    restart: (change = {}) => make({ ...settings, ...change }),
    async close() {
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
}

function account(name: string, settings: Partial<Settings>): Account {
  const { user = 'alerts@example.com', grant = 'authorization_code', oauth, isPublic = false } = settings;
  return {
    name,
    mailbox: 'alerts@example.com',
    user,
    from: 'alerts@example.com',
    login: {
      grant,
      oauth: {
        clientId: 'ackmail',
        ...(isPublic || oauth?.certificate ? {} : { clientSecret: secret }),
        scope: 'openid profile email offline_access',
        redirectUri,
        authorizationParameters: { prompt: 'consent' },
        ...oauth,
      },
    },
  };
}

/** The fault that a promise ends with; anything else fails the test. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof Fault) return thrown;
  throw new Error(`A fault was expected, and not ${String(thrown)}`);
}

/** Waits until something is so; time goes on by itself only where the clock is real. */
export async function waitFor(what: () => boolean | Promise<boolean>, why: string): Promise<void> {
  const endMs = Date.now() + 5_000;
  while (!(await what())) {
    if (Date.now() > endMs) throw new Error(`Waited in vain: ${why}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The texts of all files below a folder; once more where one of them went while it was read, as a journal does. */
async function textsIn(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  try {
    const texts = files.map((file) => readFile(join(file.parentPath ?? file.path, file.name), 'utf8'));
    return (await Promise.all(texts)).join('\n');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return textsIn(dir);
    throw thrown;
  }
}
