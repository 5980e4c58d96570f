import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** What an authorization server keeps, in memory, one for each server. */
export interface OidcRecords {
  readonly adapter: AdapterFactory;
  /** Forgets everything about a person: sessions, grants and tokens; or only what is of one model, such as AccessToken. */
  forget(accountId: string, model?: string): void;
}

/** Makes an empty memory for oidc-provider; its own one cannot be asked what belongs to whom. */
export function createOidcRecords(): OidcRecords {
  const records = new Map<string, { payload: AdapterPayload; expiresAtMs: number }>();

  const live = (key: string): AdapterPayload | undefined => {
    const record = records.get(key);
    return record && record.expiresAtMs > Date.now() ? record.payload : undefined;
  };
  const adapter = (model: string): Adapter => {
    const key = (id: string) => `${model} ${id}`;
    const search = (property: 'uid' | 'userCode', value: string) =>
      [...records].find(([name, { payload }]) => name.startsWith(`${model} `) && payload[property] === value);
    return {
      async upsert(id, payload, expiresInS) {
        const expiresAtMs =
          expiresInS === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresInS * 1_000;
        records.set(key(id), { payload, expiresAtMs });
      },
      find: async (id) => live(key(id)),
      findByUid: async (uid) => live(search('uid', uid)?.[0] ?? ''),
      findByUserCode: async (userCode) => live(search('userCode', userCode)?.[0] ?? ''),
      async consume(id) {
        const payload = live(key(id));
        if (payload) payload.consumed = Math.floor(Date.now() / 1_000);
      },
      async destroy(id) {
        records.delete(key(id));
      },
      async revokeByGrantId(grantId) {
        for (const [name, { payload }] of records) if (payload.grantId === grantId) records.delete(name);
      },
    };
  };

  return {
    adapter,
    forget(accountId, model = '') {
      for (const [name, { payload }] of records)
        if (payload.accountId === accountId && name.startsWith(model)) records.delete(name);
    },
  };
}
