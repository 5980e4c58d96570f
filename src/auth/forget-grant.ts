import type { Account } from '../core/account.js';
import type { Clock } from '../core/clock.js';
import { describe, Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { History } from '../core/store.js';
import type { Forgotten } from '../core/upkeep.js';
import type { EndpointsSource } from './endpoints.js';
import type { Endpoints, GrantDocument } from './grant.js';
import { forgotten } from './grant-change.js';
import type { GrantRecord } from './grant-record.js';
import { type Revocation, revokeGrant } from './revoke-grant.js';
import type { TokenClientSetup } from './token-client.js';
import type { TokenKeeper } from './token-keeper.js';

/** What forgetting the grant of one account needs. */
export interface ForgetGrantSetup {
  readonly account: Account;
  readonly record: GrantRecord;
  readonly endpoints: EndpointsSource;
  readonly setupAt: (endpoints: Endpoints) => TokenClientSetup;
  readonly keeper: TokenKeeper;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Ends the authorization of an account: at the provider first, then here. No refresh runs meanwhile.
 *
 * Where the provider does not end it, `OAUTH_NOT_REVOKED` is thrown and nothing is changed; with `force` it is
 * removed here all the same, also where it cannot be read (`STORE_KEY`). A grant that somebody gave meanwhile stays.
 */
export function createForgetGrant(
  setup: ForgetGrantSetup,
): (options: { readonly force: boolean }) => Promise<Forgotten> {
  const { account, record, clock, log } = setup;
  const { name } = account;

  /** What is kept; undefined where it is sealed with a key that is not here, and is to go all the same. */
  const readHeld = async (force: boolean): Promise<GrantDocument | undefined> => {
    try {
      return await record.read();
    } catch (thrown) {
      if (force && thrown instanceof Fault && thrown.code === 'STORE_KEY') return undefined;
      throw thrown;
    }
  };
  const revoke = async (held: GrantDocument | undefined): Promise<Revocation> => {
    if (!held) return { ok: false, reason: 'what is kept here cannot be read with this key' };
    if (!holdsTokens(held)) return { ok: true };
    try {
      return await revokeGrant(setup.setupAt(await setup.endpoints.current()), held);
    } catch (thrown) {
      return { ok: false, reason: describe(thrown) };
    }
  };
  const remove = async (held: GrantDocument | undefined): Promise<GrantDocument> => {
    if (!held) await record.remove();
    return record.change((stored) =>
      held && stored.generation !== held.generation ? stored : forgotten(stored),
    );
  };
  const note = (outcome: Forgotten) =>
    setup.history
      .append({
        ...outcome,
        at: clock.now(),
        kind: 'forgotten',
      })
      .catch((thrown: unknown) => log.warn({ account: name }, `The history has a gap: ${describe(thrown)}`));

  return async ({ force }) => {
    let outcome: Forgotten = { account: name };
    await setup.keeper.forget(async () => {
      const held = await readHeld(force);
      const revocation = await revoke(held);
      if (!revocation.ok && !force)
        throw new Fault('OAUTH_NOT_REVOKED', {
          account: name,
          user: account.user,
          detail: revocation.reason,
        });
      const left = await remove(held);
      const user = held && holdsTokens(held) ? (held.identity?.name ?? held.user) : undefined;
      const { ok: _, ...came } = revocation.ok ? revocation : { ok: false, notRevoked: revocation.reason };
      outcome = { account: name, ...(user === undefined ? {} : { user }), ...came };
      return left;
    });
    log.info({ ...outcome }, 'An authorization was forgotten.');
    await note(outcome);
    return outcome;
  };
}

function holdsTokens({ refreshToken, previousRefreshToken, accessToken }: GrantDocument): boolean {
  return refreshToken !== undefined || previousRefreshToken !== undefined || accessToken !== undefined;
}
