import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grantType } from '../../src/auth/grant.js';
import { createTokenManager, type TokenManager } from '../../src/auth/token-manager.js';
import type { OAuthClient } from '../../src/core/account.js';
import { providers } from '../../src/core/providers.js';
import type { SystemErrors } from '../../src/core/system-error.js';
import { createNetwork } from '../../src/network/create-network.js';
import { standingErrorsType } from '../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../src/reports/system-errors.js';
import { openStore } from '../../src/store/open-store.js';
import { type FakeClock, fakeClock } from '../helpers/fake-clock.js';
import { quietLog as log } from '../helpers/quiet-log.js';
import {
  idToken,
  startTokenEndpoint,
  type TokenEndpoint,
  type TokenReply,
} from '../helpers/token-endpoint.js';
import { redirectUri, secret } from './fixture.js';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** One run of the token manager and the real system errors over the data of a scene. */
export interface Run {
  readonly manager: TokenManager;
  readonly errors: SystemErrors;
  /** Lets time pass, some hours at a time: what is due is done and written before it goes on. */
  pass(durationMs: number, stepMs?: number): Promise<void>;
  /** Signs in for an account; the answer of the token endpoint is the one given. */
  signIn(reply: TokenReply, account?: string): Promise<void>;
  stop(): Promise<void>;
}

/** A data directory that outlives restarts, a token endpoint, a clock, and what people were told. */
export interface Scene {
  readonly endpoint: TokenEndpoint;
  readonly clock: FakeClock;
  readonly told: string[];
  run(oauth?: Partial<OAuthClient>): Promise<Run>;
  close(): Promise<void>;
}

/** Prepares a scene with the accounts `alerts` and, where it is named, one more. */
export async function startScene(provider: keyof typeof providers, other?: string): Promise<Scene> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-expiry-'));
  const endpoint = await startTokenEndpoint();
  const clock = fakeClock(new Date('2026-03-01T00:00:00Z'));
  const told: string[] = [];
  const { grantLife } = providers[provider];

  return {
    endpoint,
    clock,
    told,
    async run(oauth = {}) {
      const store = await openStore({ dir, key: Buffer.alloc(32, 7), clock });
      const errors = createSystemErrors({
        document: store.collection('system-errors', standingErrorsType),
        history: store.history,
        async onChange({ code, subject, step }, change) {
          const day = ((clock.now().getTime() - Date.parse('2026-03-01')) / dayMs).toFixed(1);
          told.push(`day ${day}: ${change} ${code} ${subject}${step ? ` at ${step}` : ''}`);
        },
        ...{ clock, log },
      });
      await errors.load();
      let resting = 0;
      const rested: (() => void)[] = [];
      const accounts = ['alerts', ...(other ? [other] : [])];
      const manager = createTokenManager({
        accounts: accounts.map((name) => ({
          name,
          mailbox: `${name}@example.com`,
          user: `${name}@example.com`,
          from: `${name}@example.com`,
          login: {
            grant: 'authorization_code',
            oauth: {
              clientId: 'ackmail',
              clientSecret: secret,
              authorizationUrl: 'http://127.0.0.1:1/auth',
              tokenUrl: endpoint.url,
              scope: 'offline_access openid',
              redirectUri,
              authorizationParameters: {},
              ...(grantLife ? { grantLife } : {}),
              ...oauth,
            },
          },
        })),
        grants: store.collection('grants', grantType),
        systemErrors: errors,
        history: store.history,
        clock: {
          now: clock.now,
          elapsedMs: clock.elapsedMs,
          async until(date, signal) {
            resting += 1;
            if (resting === accounts.length) for (const tell of rested.splice(0)) tell();
            await clock.until(date, signal);
            resting -= 1;
          },
        },
        network: createNetwork({ env: {} }),
        authorizationPage: (account) => `https://monitor.example.com/authorize/${account}`,
        log,
      });
      const stopping = new AbortController();
      const running = manager.start(stopping.signal);
      /** Until all of what is due has been done. */
      const rest = () =>
        resting === accounts.length
          ? Promise.resolve()
          : new Promise<void>((resolve) => rested.push(resolve));
      await rest();
      return {
        manager,
        errors,
        async pass(durationMs, stepMs = 6 * hourMs) {
          for (let leftMs = durationMs; leftMs > 0; leftMs -= stepMs) {
            await clock.forward(Math.min(leftMs, stepMs), rest);
          }
        },
        async signIn(reply, account = 'alerts') {
          const url = new URL(await manager.authorizationUrl(account));
          const iat = clock.now().getTime() / 1_000;
          const claims = { iss: 'https://login.example.com', aud: 'ackmail', iat, exp: iat + 3_600 };
          const id = idToken({
            ...claims,
            sub: account,
            nonce: url.searchParams.get('nonce'),
            preferred_username: `${account}@example.com`,
          });
          endpoint.answer({ ...reply, body: { ...Object(reply.body), id_token: id } });
          const state = url.searchParams.get('state');
          await manager.complete(`${redirectUri}?code=code-of-${state}&state=${state}`);
        },
        async stop() {
          stopping.abort();
          await running;
          await store.close();
        },
      };
    },
    async close() {
      await endpoint.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** A good answer of the token endpoint; the access token lasts a day and more, so that little is asked. */
export function tokens(more: object = {}): TokenReply {
  return { body: { access_token: 'access', token_type: 'Bearer', expires_in: 90_000, ...more } };
}

/** A refusal of the token endpoint. */
export function refused(error: string, status = 400): TokenReply {
  return { status, body: { error } };
}
